"""Siting: which sites to open, with a proved bound on what any other choice could reach."""

from nngis.solvers.site._effort import Progress
from nngis.solvers.site.alternatives import Alternatives, alternatives
from nngis.solvers.site.answer import SiteAnswer
from nngis.solvers.site.capacity import solve_capacitated_mclp
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.mclp import solve_backup_cover, solve_mclp
from nngis.solvers.site.p_center import solve_p_center
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.rules import AtMost, SiteRules, keep_apart, most_per_kind, one_per_place
from nngis.solvers.site.site_links import SiteLinks, site_links, site_links_from_csr

__all__ = [
    "Alternatives",
    "AtMost",
    "Progress",
    "SiteAnswer",
    "SiteLinks",
    "SiteRules",
    "alternatives",
    "keep_apart",
    "most_per_kind",
    "one_per_place",
    "site_links",
    "site_links_from_csr",
    "solve_backup_cover",
    "solve_capacitated_mclp",
    "solve_lscp",
    "solve_mclp",
    "solve_p_center",
    "solve_p_median",
]
