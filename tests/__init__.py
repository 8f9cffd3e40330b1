"""Stories about what Bihuan does, a room a folder."""
