"""Which pay a job is filtered, sorted and compared by."""
