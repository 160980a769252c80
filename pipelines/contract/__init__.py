"""dvc.yaml held to the code: what a stage depends on, and the pipeline drawn."""
