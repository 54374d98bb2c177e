"""Siting: which sites to open, with a proved bound on what any other choice could reach."""

from nngis.kernel.site.alternatives import Alternatives, alternatives
from nngis.kernel.site.answer import SiteAnswer
from nngis.kernel.site.capacity import solve_capacitated_mclp
from nngis.kernel.site.lscp import solve_lscp
from nngis.kernel.site.mclp import solve_backup_cover, solve_mclp
from nngis.kernel.site.p_center import solve_p_center
from nngis.kernel.site.p_median import solve_p_median
from nngis.kernel.site.rules import AtMost, SiteRules, keep_apart, most_per_kind, one_per_place
from nngis.kernel.site.site_links import SiteLinks, site_links, site_links_from_csr

__all__ = [
    "Alternatives",
    "AtMost",
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
