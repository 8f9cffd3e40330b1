// The decision table editor. Loaded by the studio.
