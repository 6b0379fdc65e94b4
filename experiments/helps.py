"""What `abm COMMAND --help` adds for the commands of experiments: examples, remarks."""

HELP = {
    "design": """\
examples:
  abm design                             the studies that come with it
  abm design quick                       size, first points, time it takes here
  abm design my_study.toml --csv points.csv --workers 16

Nothing is run but the first days of one run, to time them. Factors are addressed by the
paths that `abm paths` lists; docs/experiments.md says how a study is written.""",
    "sweep": """\
examples:
  abm sweep quick --out runs/quick
  abm sweep quick --out runs/quick --limit 10       ten runs now, the rest another time
  abm sweep my_study.toml --out runs/mine --dask tcp://127.0.0.1:8786
  abm sweep my_study.toml --out runs/part2 --shard 2/4      on the second of 4 machines

`abm design` lists the studies that come with it.

The bar shows the rate, the time left, failed runs, and the mean of one outcome with its
95 % interval: are these runs enough? Ctrl-C stops; a run that was stored is never lost,
whatever kills the sweep, and the same command goes on. Afterwards: abm analyse, abm
report, abm open, and `abm view` to look at it in the browser.""",
    "merge": """\
examples:
  abm merge runs/all runs/part1 runs/part2 runs/part3 runs/part4

The sources stay as they are. Only results of the same study, scenario and engine go
together; a run that several of them hold counts once.""",
    "open": """\
examples:
  abm open runs/quick 17                 run 17, in runs/
  abm open runs/quick 17 --out runs/odd
  abm run --from-row runs/quick 17       the same

The run is computed again from its row and must come out the same to the last byte;
where code or scenario are not those of the sweep, it is refused and both are named. The
rows are the `row` of `read_results`, and the numbers of the points in the browser.""",
    "analyse": """\
examples:
  abm analyse runs/quick
  abm analyse runs/quick --outcome dates.mayadin
  abm analyse runs/quick --outcome incidents.total

First how sure the mean is with so many replicates, then what the design allows: Morris
or Sobol indices with their intervals, partial dependence, boxes of the factors where an
outcome is likely (PRIM), survival curves of dates, maps of control and of flashpoints,
and which run to open for a rare course. Tables are written beside the results.""",
    "report": """\
examples:
  abm report runs/quick
  abm report runs/quick --outcome incidents.total

One HTML file with plots, captions and tables that opens without a network, and the same
tables as CSV.""",
    "claims": """\
examples:
  abm claims                             192 runs, then docs/claims.md
  abm claims --out runs/claims --workers 8

Each claim of the text (C1 to C6, P2) with its sentence, its effect with a 95 % interval
over paired seeds, and a verdict: supported, contradicted, undecided, or assumed where a
parameter's range fixes the sign. Ctrl-C stops; the same command goes on.""",
    "patterns": """\
examples:
  abm patterns --quick                   a first look
  abm patterns                           all of it, then docs/patterns.md
  abm patterns --seeds-10km 40 --seeds-5km 8 --seeds-arms 8

The patterns are hindsight: a check of sanity, never an input to fitting. Every run is
watched at each tick (nothing is lost or made; no rule is broken). Ctrl-C stops; the
same command goes on.""",
    "score": """\
examples:
  abm score runs/ensemble --events experiments/data/history_calibration.csv
  abm score runs/a runs/b --events events.csv --from 2017-07-01 --json
  abm score forecasts/2017-08-31 --events later.csv --from 2017-09-01

Events: a CSV with the columns of experiments/data/history_calibration.csv. What its
types, actors and places stand for is in experiments/data/event_*.csv, row by row; what
no row covers is printed. The scores are also written to score.json in the folder.""",
    "calibrate": """\
examples:
  abm calibrate --out runs/calibration --estimate
  abm calibrate --out runs/calibration --budget 2h
  abm calibrate --out runs/calibration --runs 3000 --docs docs --ship

Screens the assumed parameters (Morris), cuts off what is implausible (history
matching), then draws weighted parameter sets (ABC-SMC) from at most 8 of them. Nothing
after 31 August 2017 is read. Ctrl-C stops; the same command goes on. --runs gives the
same result again whatever the machine; --budget picks the number of runs for you.""",
    "forecast": """\
examples:
  abm forecast --out runs/forecast --members 200
  abm forecast --out runs/forecast --ensemble runs/calibration/posterior.parquet
  abm score runs/forecast --events later.csv --from 2017-09-01

Writes forecast_sites, forecast_dates and forecast_incidents (Parquet and CSV),
forecast.html, and forecast.json with the date and the hashes of the tables: `abm score`
refuses a forecast that was changed after it was filed. Ctrl-C stops; the same command
goes on.""",
    "validation": """\
examples:
  abm validation --out runs/validation
  abm validation --out runs/validation --members 8 --shuffles 20 --fit 12 --each 2

Runs the model, random decisions, shuffled objectives and one model less a part at a
time (ablations), with the same parameter sets and seeds, and scores them on 19 June to
31 August 2017. Ctrl-C stops; the same command goes on.""",
}
"""By name of the command."""
