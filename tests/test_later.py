"""Modules that wait are loaded by their first use, whole, and once."""

import importlib
import os
import subprocess
import sys
from threading import Thread

import pytest

from abm.later import absent, later, unlist

SOURCE = """
import sys
sys.loads_of_slow = getattr(sys, "loads_of_slow", 0) + 1
from slow_one.part import half
import slow_one.part as part
value = part.half * 2
"""


@pytest.fixture
def waiting(tmp_path, monkeypatch):
    """A package of two modules that has been imported to be loaded later."""
    package = tmp_path / "slow_one"
    package.mkdir()
    (package / "__init__.py").write_text(SOURCE)
    (package / "part.py").write_text("half = sum(range(7))\nsum(range(10**6))\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with later("slow_one"):
        module = importlib.import_module("slow_one")
    yield module
    for name in ("slow_one", "slow_one.part"):
        sys.modules.pop(name, None)
    del sys.loads_of_slow


def test_a_module_waits_until_it_is_asked_for_something(waiting):
    assert waiting.__name__ == "slow_one"
    assert waiting.__file__.endswith("__init__.py")
    sys.loads_of_slow = 0

    assert waiting.value == 42
    assert waiting.half == 21
    assert sys.loads_of_slow == 1


def test_importing_a_part_of_it_loads_the_whole(waiting):
    sys.loads_of_slow = 0
    part = importlib.import_module("slow_one.part")

    assert part.half == 21
    assert sys.loads_of_slow == 1
    assert waiting.part is part


def test_threads_that_ask_at_once_get_the_whole_module(waiting):
    sys.loads_of_slow = 0
    found = []
    threads = [Thread(target=lambda: found.append(waiting.value)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [42] * 4
    assert sys.loads_of_slow == 1


def test_a_module_that_is_not_there_fails_as_usual():
    with later("no_such_module"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module")


def test_a_module_that_is_loaded_stays_as_it_is():
    before = sys.modules.get("json")
    with later("json"):
        import json
    assert before is None or json is before
    assert json.loads("1") == 1


def test_a_module_taken_off_the_list_is_loaded_once_by_who_has_it(waiting):
    unlist("slow_one")
    assert "slow_one" not in sys.modules
    sys.loads_of_slow = 0

    assert waiting.value == 42
    assert sys.modules["slow_one"] is waiting
    assert sys.loads_of_slow == 1


def test_a_module_taken_off_the_list_and_loaded_by_another_is_not_loaded_again(waiting):
    unlist("slow_one")
    sys.loads_of_slow = 0
    other = importlib.import_module("slow_one")

    assert waiting.value == 42
    assert waiting.half is other.half
    assert sys.loads_of_slow == 1


def test_a_loaded_module_stays_on_the_list():
    unlist("pytest")
    assert sys.modules["pytest"] is pytest


def test_an_absent_module_is_not_found_and_then_is_as_it_was(waiting):
    with absent("slow_one"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("slow_one")
    assert sys.modules["slow_one"] is waiting
    assert waiting.value == 42


MODEL = """
import sys
import abm.model
waiting = ("pandas.core", "networkx.classes", "scipy.spatial")
print([name for name in waiting if name in sys.modules])
import mesa, pandas
assert pandas.DataFrame({"a": [1]}).a.sum() == 1
assert mesa.discrete_space.OrthogonalMooreGrid
assert mesa.experimental.continuous_space
"""


def test_the_model_does_without_what_mesa_brings_along_until_it_is_asked_for():
    command = [sys.executable, "-W", "ignore", "-c", MODEL]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


PAGE = """
import sys
from abm.ui.serve import warm
from abm import heap
heap.plain()
heap.alone()
import reacton.utils
from types import ModuleType
from abm.ui.serve import look_gently
look_gently()
sys.modules["pandas"] = ModuleType("pandas")  # another thread has only begun to load it
assert not reacton.utils.isinstance_lazy(1, "pandas.DataFrame")
del sys.modules["pandas"]
warm("two_valleys")
import abm.ui.app
assert not reacton.utils.isinstance_lazy(1, "pandas.DataFrame")
assert "pandas.core" not in sys.modules, "the page has loaded pandas"
import pyarrow as pa
assert list(pa.table({"a": [1, 2]}).to_pandas()["a"]) == [1, 2]
assert "pandas.core" in sys.modules
import pandas
assert reacton.utils.isinstance_lazy(pandas.DataFrame(), "pandas.DataFrame")
print(pa.default_memory_pool().backend_name)
"""


def test_the_page_does_without_pandas_until_a_data_frame_is_asked_for():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ARROW_")}
    command = [sys.executable, "-W", "ignore", "-c", PAGE]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "system"
