"""Reading documents in processes of their own: what a document does to its reader costs that document only.

Belongs here: the processes, what is handed to them and back, and what becomes of documents that end them. Doesn't
belong here: which documents are read, and loading what was read (``dagster_project.extraction``), or reading one
(``extract``).
"""
