"""Outcomes of a run follow from its tables, keep their schema and lose nobody."""

import json
from datetime import date

import jsonschema
import pyarrow as pa
import pytest

from abm.metrics import Data, outcomes, schema
from abm.metrics.dates import DATES, dated
from abm.metrics.outcomes import personnel_check, siege_broken
from abm.model import ConflictModel
from abm.record.tables import built
from abm.record.wanted import FILE, DateWanted, Wanted, wanted
from abm.scenario import ScenarioError, load_scenario, shipped


class Tables:
    """Hand-made tables of the small scenario."""

    def __init__(self, **tables):
        self.scenario = load_scenario("two_valleys")
        self.wanted = Wanted()
        self._tables = tables

    def table(self, name):
        return self._tables[name]


def words(values):
    return pa.array(values, pa.string()).dictionary_encode()


def sites_table(rows):
    """Rows (day, site, actor)."""
    day, site, actor = zip(*rows, strict=True)
    n = len(rows)
    return built(
        "sites",
        {
            "day": day,
            "site_id": words(site),
            "actor": words(actor),
            "bloc": words(["x"] * n),
            "contested": [False] * n,
            "besieger": words([None] * n),
            "supplied": [True] * n,
            "path_days": [0.0] * n,
            "garrison": [0.0] * n,
            "changes": [0] * n,
        },
    )


def events_table(rows):
    """Rows (day, kind, actor, site, text)."""
    day, kind, actor, site, text = zip(*rows, strict=True)
    n = len(rows)
    return built(
        "events",
        {
            "tick": [4 * each for each in day],
            "day": day,
            "time": pa.nulls(n, pa.timestamp("ms", tz="UTC")),
            "phase": words(["test"] * n),
            "kind": words(kind),
            "actor": words(actor),
            "other": words([None] * n),
            "site_id": words(site),
            "lon": [0.0] * n,
            "lat": [0.0] * n,
            "amount": [0.0] * n,
            "text": text,
        },
    )


def actors_table(rows):
    """Rows (day, actor, personnel, killed, replaced)."""
    day, actor, personnel, killed, replaced = zip(*rows, strict=True)
    n = len(rows)
    columns = dict.fromkeys(
        ("satisfaction", "weight", "captured", "deserted", "pool", "support"), [0.0] * n
    )
    return built(
        "actors",
        {
            **columns,
            "day": day,
            "actor": words(actor),
            "objective": words(["o"] * n),
            "personnel": personnel,
            "losses": killed,
            "killed_wounded": killed,
            "replaced": replaced,
            "compliance": [0.0] * n,
        },
    )


def asked(kind, **rest):
    return DateWanted(name="it", label="It", kind=kind, **rest)


@pytest.fixture(scope="module")
def found(small_model):
    return outcomes(small_model.recorder)


def test_outcomes_keep_their_schema(found):
    jsonschema.validate(found, schema())


def test_the_schema_refuses_what_it_does_not_name(found):
    with pytest.raises(jsonschema.ValidationError, match="surplus"):
        jsonschema.validate(found | {"surplus": 1}, schema())


def test_outcomes_are_plain_json(found):
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_outcomes_from_disk_are_those_from_memory(found, small_run):
    assert outcomes(small_run) == found
    assert small_run.outcomes == found


def test_nobody_is_lost_or_made(found):
    assert found["personnel_check"] == 0


def test_outcomes_name_every_site_actor_and_objective(found, small_model):
    scenario = small_model.theatre.scenario

    assert found["sites"].keys() == {site.id for site in scenario.sites if site.on_map}
    assert found["losses"].keys() == {actor.id for actor in scenario.actors}
    for actor in scenario.actors:
        assert (
            found["objectives_start"][actor.id].keys()
            == found["objectives"][actor.id].keys()
        )
        assert found["objectives"][actor.id].keys() == {o.id for o in actor.objectives}


def test_every_date_asked_for_is_answered(found, small_model):
    asked_for = [each.name for each in small_model.recorder.wanted.date]

    assert list(found["dates"]) == asked_for


def test_personnel_that_vanish_are_found():
    # b: 200 at the start; on day 1 190 present and 7 lost, 2 replaced: 195, 5 missing
    table = actors_table(
        [
            (0, "a", 100.0, 0.0, 0.0),
            (0, "b", 200.0, 0.0, 0.0),
            (1, "a", 90.0, 15.0, 5.0),
            (1, "b", 190.0, 7.0, 2.0),
        ]
    )

    assert personnel_check(Data(Tables(actors=table))) == pytest.approx(5.0)


def test_control_is_dated_when_all_the_sites_are_held():
    table = sites_table(
        [
            (0, "T04", "aurelia"),
            (0, "T05", "raiders"),
            (1, "T04", "raiders"),
            (1, "T05", "aurelia"),
            (2, "T04", "hillfolk"),
            (2, "T05", "aurelia"),
        ]
    )
    data = Data(Tables(sites=table))

    one = dated(data, asked("control", sites=("T05",), by="aurelia"))
    both = dated(data, asked("control", sites=("T04", "T05"), by="crown"))
    never = dated(data, asked("control", sites=("T04", "T05"), by="aurelia"))

    start = data.date(0)
    # hillfolk are of the crown's bloc, aurelia alone never holds both
    assert [(one - start).days, (both - start).days, never] == [1, 2, None]


def test_a_relief_is_the_first_event_at_one_of_the_sites():
    table = events_table(
        [
            (3, "siege_broken", "aurelia", "T05", "breaks the siege from the E"),
            (4, "crossed", "aurelia", None, "crosses the river"),
            (6, "siege_broken", "hillfolk", "T04", "breaks the siege from the NW"),
            (9, "siege_broken", "aurelia", "T04", "breaks the siege from the S"),
        ]
    )
    data = Data(Tables(events=table))
    relief = asked("relief", sites=("T04",))

    assert dated(data, relief) == date(1903, 5, 7)
    assert siege_broken(data, Wanted(date=(relief,))) == ("north-west", "hillfolk")
    assert dated(data, asked("crossing", by="crown")) == date(1903, 5, 5)
    assert dated(data, asked("crossing", by="league")) is None


def test_a_siege_that_holds_has_no_side():
    table = events_table([(3, "crossed", "aurelia", None, "crosses the river")])
    relief = asked("relief", sites=("T04",))

    assert siege_broken(Data(Tables(events=table)), Wanted(date=(relief,))) is None


@pytest.mark.parametrize("kind", DATES)
def test_every_kind_of_date_can_be_asked_of_a_run(kind, small_model):
    each = asked(
        kind,
        sites=("T05",),
        by="crown",
        actor="aurelia",
        other="borealia",
        objective="tarn_road",
        segment="tarn_border",
        what="skirmish",
        at_least=0.5,
    )

    day = dated(Data(small_model.recorder), each)

    assert day is None or isinstance(day, date)


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_ask_for_what_they_have(name):
    assert wanted(load_scenario(name)).date


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[date]", "not valid TOML"),
        ('[[date]]\nname = "a"\nlabel = "A"\nkind = "miracle"', "date[0].kind"),
        (
            '[[date]]\nname="a"\nlabel="A"\nkind="control"\nsites=["T99"]\nby="crown"',
            "_record/outcomes.toml: date[0].sites: no site 'T99'",
        ),
        (
            '[[date]]\nname="a"\nlabel="A"\nkind="crossing"\nby="crwon"',
            "_record/outcomes.toml: date[0].by: unknown 'crwon'; did you mean 'crown'?",
        ),
        (
            '[[date]]\nname="a"\nlabel="A"\nkind="objective"\nactor="aurelia"\n'
            'objective="tarn_raod"',
            "date[0].objective: unknown 'tarn_raod'; did you mean 'tarn_road'?",
        ),
        ('[flashpoint]\nsites=["T77"]', "flashpoint.sites: no site 'T77'"),
        (
            '[flashpoint]\nsource={document="chronicle",sentence="C99",quote="x"}',
            "flashpoint.source: no passage 'chronicle C99'",
        ),
        ("[flashpoint]\nradius = 3", "flashpoint.radius: unknown key"),
    ],
)
def test_a_wrong_wish_is_refused_by_name(text, message, tmp_path):
    import shutil

    source = load_scenario("two_valleys").folder
    folder = shutil.copytree(source, tmp_path / "copy")
    (folder / FILE).write_text(text)

    with pytest.raises(ScenarioError) as caught:
        wanted(load_scenario(folder))

    assert message in str(caught.value)


def test_a_scenario_may_ask_for_nothing(tmp_path):
    import shutil

    folder = shutil.copytree(load_scenario("two_valleys").folder, tmp_path / "copy")
    (folder / FILE).unlink()

    assert wanted(load_scenario(folder)) == Wanted()


def test_irans_road_is_nearly_nothing_at_the_start():
    model = ConflictModel("deir_ezzor_2017", rng=1, days=0, record=True)
    start = outcomes(model.recorder)["objectives_start"]

    assert start["iran"]["open_route"] < 0.2
    assert start["syria"]["relieve_garrison"] < 0.2
    assert start["isis"]["besiege"] == 1.0


def test_names_are_numbered_alike_in_every_piece_of_a_table():
    first = sites_table([(0, "a", "x"), (0, "b", None)])
    second = sites_table([(1, "b", "y")])
    data = Data(Tables(sites=pa.concat_tables([first, second, first])))
    assert data.codes("sites", "site_id").tolist() == [0, 1, 1, 0, 1]
    assert data.codes("sites", "actor").tolist() == [0, -1, 1, 0, -1]
    there = data.among("sites", "actor", wanted={"y"})
    assert there.tolist() == [False, False, True, False, False]


def test_a_table_without_rows_has_no_numbers_and_no_first_day():
    data = Data(Tables(sites=sites_table([(0, "a", "x")]).slice(0, 0)))
    assert data.codes("sites", "actor").tolist() == []
    assert data.on_day("sites", max).tolist() == []
