"""Examples and remarks of the commands about history."""

SCORE_HELP = """\
examples:
  abm score runs/ensemble --events experiments/data/history_calibration.csv
  abm score runs/a runs/b --events events.csv --from 2017-07-01 --json
  abm score forecasts/2017-08-31 --events later.csv --from 2017-09-01

Events: a CSV with the columns of experiments/data/history_calibration.csv. What its
types, actors and places stand for is in experiments/data/event_*.csv, row by row; what
no row covers is printed. The scores are also written to score.json in the folder."""

CALIBRATE_HELP = """\
examples:
  abm calibrate --out runs/calibration --estimate
  abm calibrate --out runs/calibration --budget 2h
  abm calibrate --out runs/calibration --runs 3000 --docs docs --ship

Screens the assumed parameters (Morris), cuts off what is implausible (history
matching), then draws weighted parameter sets (ABC-SMC) from at most 8 of them. Nothing
after 31 August 2017 is read. Ctrl-C stops; the same command goes on. --runs gives the
same result again whatever the machine; --budget picks the number of runs for you."""

FORECAST_HELP = """\
examples:
  abm forecast --out runs/forecast --members 200
  abm forecast --out runs/forecast --ensemble runs/calibration/posterior.parquet
  abm score runs/forecast --events later.csv --from 2017-09-01

Writes forecast_sites, forecast_dates and forecast_incidents (Parquet and CSV),
forecast.html, and forecast.json with the date and the hashes of the tables: `abm score`
refuses a forecast that was changed after it was filed. Ctrl-C stops; the same command
goes on."""

VALIDATION_HELP = """\
examples:
  abm validation --out runs/validation
  abm validation --out runs/validation --members 8 --shuffles 20 --each 1

Runs the model, random decisions, shuffled objectives and one model less a part at a
time (ablations), with the same parameter sets and seeds, and scores them on 19 June to
31 August 2017. Ctrl-C stops; the same command goes on."""
