"""A small application that shows every macro with made-up content: what test_look looks at."""
