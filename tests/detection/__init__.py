"""How good the tracer is: cement put into real scans, scans without cement, rendered patients, pairs."""
