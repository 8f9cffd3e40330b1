"""The engine runs processes and keeps their truth. It knows no Flask and never commits."""
