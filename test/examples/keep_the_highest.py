newest = {}  # in production: a table, written in the transaction that acts


def is_new(change):
    """True for a change not seen before; a repeat, or one that a newer one has overtaken, is False."""
    key = (change["profile_id"], change["segment"])
    if change["version"] <= newest.get(key, 0):
        return False
    newest[key] = change["version"]
    return True
