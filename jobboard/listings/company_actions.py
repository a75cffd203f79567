def ask_to_join(*, company, user, draft=None):
    raise NotImplementedError
