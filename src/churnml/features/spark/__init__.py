"""The same catalogue on Apache Spark: the definitions are those of ``churnml.features``, only the engine is another."""
