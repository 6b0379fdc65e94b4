"""The forecast: what the posterior ensemble says of 18 June to 1 December 2017."""
