"""Guidance visits 合规指导: a department looks at how an enterprise's mechanism works (R-38…R-40).

A visit is a process instance of the visiting organisation (`processes/bpmn/guidance_visit.bpmn`);
its rows in `visit` and `follow_up` are derived from the history in the step's own transaction.
"""
