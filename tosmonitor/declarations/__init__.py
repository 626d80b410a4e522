"""services.yaml and tosmonitor.yaml: what is watched and how, as people write it.

load.py        services.yaml → Service, Document, Source, or every mistake at once
settings.py    tosmonitor.yaml → Settings, with the manners of the fetcher and the listeners
schema.py      the shape of services.yaml, as pydantic models and as JSON Schema
positions.py   YAML that remembers its lines; mistakes.py puts pydantic's errors beside them
fix.py         good form, with every comment kept
discover.py    a home page → the documents that it leads to; titles.py knows what they are called
add.py         what was found → an entry in services.yaml; preview.py shows what would be read
"""

from tosmonitor.declarations.add import Proposal, add, propose, service_of
from tosmonitor.declarations.discover import Candidate, Discovery, discover
from tosmonitor.declarations.fix import fix
from tosmonitor.declarations.load import check, load, loads, service_id
from tosmonitor.declarations.preview import preview
from tosmonitor.declarations.schema import schema
from tosmonitor.declarations.settings import Listener, Settings, Wanted, beside, settings

__all__ = [
    "Candidate", "Discovery", "Listener", "Proposal", "Settings", "Wanted", "add", "beside", "check", "discover", "fix",
    "load", "loads", "preview", "propose", "schema", "service_id", "service_of", "settings",
]  # fmt: skip
