"""Taking from a module of Python what a facade gives on."""


def public(module: object, *left_out: str) -> dict[str, object]:
    """The public names of a module that is wholly made of plain functions and numbers, without those left out."""
    names = vars(module)
    return {name: found for name, found in names.items() if not name.startswith("_") and name not in left_out}


def named(module: object, names: str) -> dict[str, object]:
    """These names of a module, given with spaces between; those that this Python does not have yet are passed over."""
    return {name: getattr(module, name) for name in names.split() if hasattr(module, name)}
