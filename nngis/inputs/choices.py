"""What plays a role when somebody names it: a file, or a layer of the catalog."""

from pydantic import BaseModel, ConfigDict

from nngis.evidence import Evidence


class LayerChoice(BaseModel):
    """The file, or the catalog's layer, that plays a role."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    datum: str | None = None
    evidence: Evidence = "surveyed"
