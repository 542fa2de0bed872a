"""House rules that no general linter knows, each a small module with its story in the docstring.

`python -m tools.lint` runs all of them on the tracked files, `python -m tools.lint FILE ...` on some. A rule is a
function from a `Source` to the `Finding`s in it, is listed in `__main__.py`, and has its own test
in `tests/architecture/test_house_rules.py`. To live with a finding, change the code or the rule: there are no
exemption comments, because the first one would not be the last.
"""
