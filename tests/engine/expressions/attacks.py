"""What an evil diagram might say: payloads for every place that takes an expression or a script.

Importable by other tests: `ATTACKS` holds them all, `DATA` the process data they are let loose on.
A payload that could run code would create the file named by `canary`; write it into the text with
`Attack.aimed_at(path)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.expressions.script_attacks import CANARY, OPEN, SCRIPTS, SYSTEM


@dataclass(frozen=True)
class Attack:
    """One payload; `script` if it is made of statements."""

    name: str
    text: str
    script: bool = False

    def aimed_at(self, canary: Path) -> str:
        """Give the text with the path of the file it must not be able to create."""
        return self.text.replace(CANARY, str(canary))


#: About as much data as a process may hold, the kind that makes loops and comparisons expensive.
DATA: dict[str, Any] = {
    "order": {"total": 500, "tags": ["EU"], "lines": [{"price": 60}, {"price": 1}]},
    "name": "张三",
    "amount": 500,
    "big": list(range(5_000)),
    "words": [f"word {i}" for i in range(1_000)],
    "text": "a" * 60_000,
    "other": "a" * 59_999 + "b",
    "chinese": "隐患" * 5_000,
}

_CODE = {
    "import function": f"__import__('os').system{SYSTEM}",
    "open a file": OPEN,
    "eval": f'eval("{OPEN}")',
    "exec": f'exec("{OPEN}")',
    "compile": f"compile(\"{OPEN}\", '', 'exec')",
    "builtins by name": f"__builtins__['{OPEN}']",
    "builtins of a helper": f"len.__self__.{OPEN}",
    "globals of a helper": f"contains.__globals__['__builtins__']['open']('{CANARY}')",
    "code of a helper": "date.__code__",
    "class of a tuple": "().__class__.__base__.__subclasses__()",
    "subclasses in a loop": f"[c for c in ().__class__.__base__.__subclasses__()][0]{SYSTEM}",
    "mro": "''.__class__.__mro__[1]",
    "class of data": "order.__class__",
    "dunder as a key": "order['__class__']['__init__']",
    "dict of a record": "order.__dict__",
    "generator frame": "(x for x in [1]).gi_frame.f_back.f_globals",
    "lambda": f"(lambda: {OPEN})()",
    "walrus": f"(x := {OPEN})",
    "await": f"await {OPEN}",
    "yield": f"(yield {OPEN})",
    "async comprehension": "[x async for x in big]",
    "getattr": "getattr(order, '__class__')",
    "setattr": "setattr(order, 'total', 0)",
    "vars": "vars()",
    "globals": "globals()",
    "locals": "locals()",
    "type": "type('X', (), {})",
    "super": "super()",
    "breakpoint": "breakpoint()",
    "input": "input()",
    "print": f"print('x', file={OPEN})",
    "call of a subscript": f"[{OPEN}][0]()",
    "call of a call": f"len('a')({OPEN})",
    "decorated dunder name": f"__loader__.load_module('os').system{SYSTEM}",
    "full-width dunder": f"＿＿import＿＿('os').system{SYSTEM}",
    "mathematical letters": f"𝓮𝓿𝓪𝓵('{OPEN}')",
    "ligature": f"eﬀect('{OPEN}')",
    "zero width joint": f"op\u200ben('{CANARY}')",
    "right to left": f"\u202eopen('{CANARY}')",
    "nul": f"1\x00 or {OPEN}",
    "lone surrogate": "'\ud800' + name",
    "escaped surrogate": "'\\ud800' + name",
    "encoding cookie": f"# -*- coding: unicode_escape -*-\n{OPEN}",
    "line continuation": f"1 \\\n and {OPEN}",
    "two lines": f"1\n{OPEN}",
    "semicolon": f"1; {OPEN}",
    "template in a text": f"'${{{OPEN}}}' + {OPEN}",
    "wrapped": f"${{__import__('os').system{SYSTEM}}}",
}

_FORMATS = {
    "f-text": "f'{order.__class__}'",
    "f-text with code": f"f'{{{OPEN}}}'",
    "raw f-text": "rf'{order}'",
    "bytes": "b'abc'",
    "format method": "'{0.__class__.__init__.__globals__}'.format(order)",
    "format_map": "'{a.__class__}'.format_map(order)",
    "percent": "'%s' % order",
    "percent width": "'%999999999d' % 1",
    "format function": "format(1, '999999999d')",
    "text method": "name.encode()",
    "join method": "','.join(words)",
    "ljust": "'a'.ljust(10**9)",
    "zfill": "'1'.zfill(10**9)",
    "replace": "text.replace('a', text)",
    "translate": "text.translate({97: text})",
    "expandtabs": "'\t'.expandtabs(10**9)",
    "keyword format": "str(object=order)",
}

_BOMBS = {
    "power tower": "9**9**9",
    "power": "10**10000000",
    "power of a float": "1e308**64",
    "complex power": "(-8) ** 0.5",
    "shift": "1 << 10000000000",
    "large product": "*".join(["(2**250)"] * 60),
    "huge number": "9" * 3_900,
    "infinite number": "1e999 - 1e999",
    "not a number": "float('nan') == float('nan')",
    "infinity": "float('inf')",
    "text times number": "'a' * 10**9",
    "list times number": "[0] * 10**9",
    "number times list": "10**9 * [0]",
    "text grown by adding": "+".join(["text"] * 100),
    "list grown by adding": "+".join(["big"] * 100),
    "long range": "range(10**9)",
    "range beyond any machine": "range(10**30)",
    "range backwards": "range(0, -10**12, -1)",
    "range without step": "range(0, 5, 0)",
    "loop over a range": "[x for x in range(10**9)]",
    "two long loops": "[1 for a in range(9999) for b in range(9999)]",
    "three loops": "[1 for a in big for b in big for c in big]",
    "nested loops": "[[[1 for c in big] for b in big] for a in big]",
    "loop that finds nothing": "[a for a in big for b in big if a + b < 0]",
    "records in loops": "{str(a * 5000 + b): big for a in big for b in big}",
    "long texts in a loop": "[text + str(x) for x in big]",
    "long slices in a loop": "[text[x:] for x in big]",
    "list slices in a loop": "[big[x:] for x in big]",
    "sums in a loop": "[sum(big) for x in big]",
    "sorting in a loop": "[sorted(words) for x in big]",
    "searching a text in a loop": "[contains(text, other) for x in big]",
    "searching a needle in a loop": "[('a' * 0 + 'aaaaaaaaaaaaaaaab') in text for x in big]",
    "needle in hay": "['aaaaaaaaaaaaaaaaaaaaaaaab' in text for x in big]",
    "searching a list in a loop": "[x in big for x in big]",
    "counting in a loop": "[count(big, x) for x in big]",
    "comparing lists in a loop": "[big == big[0:] for x in big]",
    "comparing texts in a loop": "[text == other for x in big]",
    "upper case in a loop": "[upper(chinese) for x in big]",
    "get in a loop": "[get(order, text) for x in big]",
    "number of huge text": "int('9' * 1000000)",
    "number of long text": "int(text)",
    "number of a long literal": f"int('{'9' * 3_800}')",
    "float of a long literal": f"float('{'9' * 3_800}')",
    "number in another base": "int('zz', 36)",
    "rounding to nowhere": "round(1.5, 10**9)",
    "rounding far left": "round(10, -10**9)",
    "longest duration": "duration(days=10**15)",
    "duration overflow": "duration(days=999999999) * 1000",
    "date of long text": "date(text)",
    "moment of long text": "datetime(text)",
    "duration of long text": "duration(text)",
    "date before the first": "date(1, 1, 1) - duration(days=1)",
    "sorted by a key": "sorted(words, key=len)",
    "max with default": "max(big, default=1)",
    "min of different kinds": "min([1, 'a'])",
    "argument list": "max(*big)",
    "argument record": "duration(**order)",
    "unpacked record": "{**order}",
    "unpacked list": "[*big, *big]",
    "set": "{1, 2}",
    "slice with a step": "text[::2]",
    "slice with an odd bound": "text['a':]",
    "matrix": "big @ big",
    "record with odd keys": "{1: 2}",
    "ellipsis": "...",
    "imaginary": "1j",
    "regular expression": "matches('(a+)+$', text)",
    "deep brackets": "(" * 900 + "1" + ")" * 900,
    "deep lists": "[" * 900 + "]" * 900,
    "open brackets": "(" * 3_900,
    "open braces": "{" * 3_900,
    "open calls": "len(" * 900,
    "deep records": "{'a':" * 700 + "1" + "}" * 700,
    "minus signs": "-" * 3_900 + "1",
    "nots": "not " * 900 + "1",
    "exclamation marks": "!" * 3_900 + "true",
    "long sum": "1" + "+1" * 1_900,
    "long path": "order" + ".a" * 1_900,
    "long chain of comparisons": "1" + "<1" * 1_900,
    "long choice": "1 if 1 else " * 300 + "1",
    "nested calls": "abs(" * 300 + "1" + ")" * 300,
    "too long": "1 + " * 100_000 + "1",
    "long text literal": "'" + "a" * 100_000 + "'",
    "long name": "a" * 3_900,
    "comments": "#" * 3_900,
    "blank lines": "\n" * 3_900,
    "nothing": "",
    "quotation mark": "'",
    "backslashes": "'" + "\\" * 3_901,
}

_SHADOWS = {
    "loop variable as helper": "[len(name) for len in big]",
    "dunder loop variable": "[1 for __import__ in big]",
    "dunder field": "__name__",
    "private field": "_secret",
    "dunder defined": "defined(open)",
    "defined with code": f"defined({OPEN})",
    "method as a field": "order.items",
    "keys method": "order.keys()",
    "number method": "amount.bit_length()",
    "real part": "amount.real",
    "date method": "today().strftime('%Y' * 1000)",
    "date class": "today().__class__",
    "date replace": "today().replace(year=1)",
    "duration attribute": "duration(days=1).total_seconds()",
    "resolution": "duration(days=1).resolution",
    "zone": "now().tzinfo.key",
}

ATTACKS: tuple[Attack, ...] = (
    *(
        Attack(name, text)
        for family in (_CODE, _FORMATS, _BOMBS, _SHADOWS)
        for name, text in family.items()
    ),
    *(Attack(f"script: {name}", text, script=True) for name, text in SCRIPTS.items()),
)
