"""What all tests share: how Hypothesis draws, golden runs, one small recorded run."""

import pytest
from hypothesis import settings

settings.register_profile("flashpoint", deadline=None, derandomize=True)
settings.load_profile("flashpoint")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write golden runs anew; explain the difference in the commit",
    )


@pytest.fixture(scope="session")
def small_model():
    """The small scenario run to its end with a recorder; tests must not change it."""
    from abm.model import ConflictModel

    model = ConflictModel("two_valleys", rng=5, record=True, collect=False)
    while model.running:
        model.step()
    return model


@pytest.fixture(scope="session")
def small_folder(small_model, tmp_path_factory):
    """The folder that this run leaves."""
    from abm.metrics import outcomes
    from abm.record.write import Facts, write

    folder = tmp_path_factory.mktemp("runs") / "small"
    facts = Facts(small_model.digest, 1.5, small_model.world.ended, "abm run ...")
    recorder = small_model.recorder
    return write(recorder, folder, facts=facts, outcomes=outcomes(recorder))


@pytest.fixture
def small_run(small_folder):
    """This run, read from its folder."""
    from abm.record.replay import read_run

    return read_run(small_folder)
