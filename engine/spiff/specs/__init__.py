"""What a diagram's elements do at run time: SpiffWorkflow's task specs with their faults mended.

Specs are prepared once, shared by all instances and threads, and never changed afterwards.
"""
