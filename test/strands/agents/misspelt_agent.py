def create_agent(:
    pass
