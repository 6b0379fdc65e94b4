"""What all tests share: how Hypothesis draws, and the option to refresh golden runs."""

from hypothesis import settings

settings.register_profile("flashpoint", deadline=None, derandomize=True)
settings.load_profile("flashpoint")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write golden runs anew; explain the difference in the commit",
    )
