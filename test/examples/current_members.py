members = {}  # in production: a table


def take_member(key, member):
    """First, each record of segments.members up to the end; None stands for no value."""
    if member is None:
        members.pop(key, None)
    else:
        members[key] = member


def take_change(change):
    """Then, each record of segments.membership."""
    key = f"{change['segment']}/{change['profile_id']}"
    if change["version"] <= members.get(key, {"version": 0})["version"]:
        return
    if change["status"] == "entered":
        members[key] = change
    else:
        members.pop(key, None)
