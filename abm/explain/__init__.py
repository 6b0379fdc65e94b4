"""Why an actor did what it did, and what each sentence of the text became."""

from abm.explain.trace import Link as Link
from abm.explain.trace import orphans as orphans
from abm.explain.trace import sentences as sentences
from abm.explain.trace import trace as trace
from abm.explain.why import Reason as Reason
from abm.explain.why import reconsidered as reconsidered
from abm.explain.why import why as why
