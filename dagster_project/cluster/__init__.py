"""Shards read by many machines: the same extraction as a build's, into folders of Parquet on storage that all share.

Belongs here: the work on one shard, and handing shards to the workers of a Dask cluster. Doesn't belong here: what a
document says (``extract``), the warehouse.
"""
