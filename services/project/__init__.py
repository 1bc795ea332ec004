"""The project service: organisations, projects, folders, and who may do what. Contract: proto/shoal/project/v1."""
