"""What can go wrong on the way to a server, in words that help."""

import requests
from requests import exceptions

from nngis.errors import FetchError
from nngis.fetch.place import place_of
from nngis.text import Text

TOO_MANY, PROXY_LOGIN, GONE, NOT_ACCEPTABLE = 429, 407, 410, 406
REFUSED, MISSING = (401, 403), (404, GONE)
#: Answers after which asking again later may help; 529 is PVGIS's word for being overloaded.
BUSY = (TOO_MANY, 500, 502, 503, 504, 529)
#: Environment variable that tells servers whom to write to; some refuse questions without one.
CONTACT = "NNGIS_CONTACT"
#: How a web page begins; none of the data does.
PAGE = (b"<!doctype html", b"<html")
CARRY = Text(
    "也可在能上网的电脑上获取，再用 nngis layers pack / unpack 带过来；"
    "已有 .osm.pbf 文件的，用 --osm 文件 即可不联网。",
    "Or fetch on a machine that has a network and carry the folder with nngis layers pack and "
    "unpack; an .osm.pbf that you have is read without a network by --osm FILE.",
)
PROXY = Text(
    "代理服务器拒绝或无法连接；请检查环境变量 HTTPS_PROXY，或请网络管理员放行该地址。" + CARRY.zh,
    "The proxy refuses or cannot be reached; check HTTPS_PROXY, or ask the network's "
    f"administrator to let the address through. {CARRY.en}",
)
CERTIFICATE = Text(
    "服务器证书验证失败：可能是电脑时间不对，或单位网络更换了证书；"
    "请把单位的根证书文件写入环境变量 REQUESTS_CA_BUNDLE。",
    "The server's certificate cannot be verified: the machine's clock may be wrong, or the "
    "network puts in a certificate of its own; name that root certificate's file in "
    "REQUESTS_CA_BUNDLE.",
)
SILENT = Text(
    "服务器长时间没有应答；请稍后重试（已取得的部分会保留），或用 --endpoints 换镜像。",
    "The server did not answer in time; try again later (what has come is kept), or name a "
    "mirror with --endpoints.",
)
CUT = Text(
    "传输中断，只收到一部分；请再运行一次，将从中断处继续。",
    "The answer was cut and only a part of it came; run the command again, it goes on from there.",
)
NO_ADDRESS = Text(
    "不是有效的网址；请检查 endpoints 文件。", "Not a valid address; check the endpoints file."
)
NO_NETWORK = Text(
    "连不上网络：找不到该服务器的地址。请检查网线、Wi-Fi 或代理设置（HTTPS_PROXY）。" + CARRY.zh,
    "No network: the server's name cannot be resolved. Check cable, Wi-Fi or proxy settings "
    f"(HTTPS_PROXY). {CARRY.en}",
)
UNREACHED = Text(
    "连不上服务器：网络不通、被拦截，或服务器已停。请检查网络，或用 --endpoints 换镜像。"
    + CARRY.zh,
    "The server cannot be reached: no network, blocked, or down. Check the network, or name a "
    f"mirror with --endpoints. {CARRY.en}",
)
STATUS = {
    PROXY_LOGIN: Text(
        "代理服务器要求登录（407）；请在环境变量 HTTPS_PROXY 中写上用户名和密码，"
        "或请网络管理员放行。",
        "The proxy wants a login (407); put user and password into HTTPS_PROXY, or ask the "
        "network's administrator to let the address through.",
    ),
    TOO_MANY: Text(
        "服务器嫌请求过多（429）；请过几分钟重试（已取得的部分会保留），或用 --endpoints 换镜像。",
        "The server says: too many requests (429); try again in some minutes (what has come is "
        "kept), or name a mirror with --endpoints.",
    ),
    NOT_ACCEPTABLE: Text(
        f"服务器要求请求方留下联系方式（406）；请把邮箱或网址写入环境变量 {CONTACT}，再运行一次。",
        "The server wants to know whom to write to (406); put a mail or web address into the "
        f"environment variable {CONTACT} and run the command again.",
    ),
}
BUSY_NOW = Text(
    "服务器忙或出错（{status}）；请稍后重试（已取得的部分会保留），或用 --endpoints 换镜像。",
    "The server is busy or failed ({status}); try again later (what has come is kept), or name a "
    "mirror with --endpoints.",
)
NOT_ALLOWED = Text(
    "服务器或代理拒绝访问（{status}）；请检查密钥，或请网络管理员放行该地址。",
    "The server or a proxy refuses ({status}); check the key, or ask the network's administrator "
    "to let the address through.",
)
NO_FILE = Text(
    "服务器上没有这个文件（{status}）；地址可能已变更：请用 --endpoints 文件 写明新地址。",
    "The server has no such file ({status}); the address may have changed: name the new one with "
    "--endpoints FILE.",
)
NO_DATA = Text(
    "服务器没有给出数据（HTTP {status}）；请检查地址。",
    "The server gave no data (HTTP {status}); check the address.",
)
MEANING: tuple[tuple[type[Exception], Text], ...] = (
    (exceptions.SSLError, CERTIFICATE),
    (exceptions.Timeout, SILENT),
    (exceptions.ChunkedEncodingError, CUT),
    (exceptions.ContentDecodingError, CUT),
    (exceptions.InvalidSchema, NO_ADDRESS),
    (exceptions.MissingSchema, NO_ADDRESS),
    (exceptions.InvalidURL, NO_ADDRESS),
)
#: Failures after which asking again soon may help.
AGAIN = (exceptions.Timeout, exceptions.ChunkedEncodingError, exceptions.ContentDecodingError)
NO_NAME = ("nameresolution", "getaddrinfo", "name resolution")
BROKEN_OFF = ("reset by peer", "aborted", "incompleteread")


class MissingError(FetchError):
    """A server has no such file."""


class TooManyError(FetchError):
    """A server was asked too much; asking another one instead would only pass that on."""


class NoRangesError(FetchError):
    """A server gives whole files only.

    Attributes
    ----------
    size : int or None
        Length of the file [bytes], where the server says it.
    """

    size: int | None = None


def trouble(zh: str, en: str, url: str) -> FetchError:
    """Build an error about an address."""
    return FetchError(zh, en, where=place_of(url))


def bad_status(status: int, url: str) -> FetchError:
    """Explain an answer that is not the data.

    Examples
    --------
    >>> bad_status(404, "https://example.org/a.tif").say("en")
    'https://example.org/a.tif: The server has no such file (404); the address may have changed:
    name the new one with --endpoints FILE.'
    """
    kind, said = FetchError, STATUS.get(status)
    if status == TOO_MANY:
        kind = TooManyError
    elif status in MISSING:
        kind, said = MissingError, _at(status, NO_FILE)
    elif status in BUSY:
        said = _at(status, BUSY_NOW)
    elif status in REFUSED:
        said = _at(status, NOT_ALLOWED)
    said = said or _at(status, NO_DATA)
    return kind(said.zh, said.en, where=place_of(url))


def _at(status: int, text: Text) -> Text:
    return Text(text.zh.format(status=status), text.en.format(status=status))


def no_page(first: bytes, url: str) -> None:
    """Refuse a web page where data were asked for."""
    if first.lstrip().lower().startswith(PAGE):
        raise trouble(
            "得到的是网页而不是数据：多半是登录页、代理的拦截页或地址有误；"
            "请在浏览器中打开该地址看看。",
            "The answer is a web page, not data: a login page, a proxy's block page or a wrong "
            "address, most likely; open the address in a browser to see.",
            url,
        )


def no_ranges(url: str, size: int | None) -> NoRangesError:
    """Say that a server gives whole files only."""
    error = NoRangesError(
        "服务器不支持分段读取；请先下载整个文件，再在 endpoints 文件中写明路径。",
        "The server gives no ranges; download the whole file and name its path in an endpoints "
        "file.",
        where=place_of(url),
    )
    error.size = size
    return error


def cut_short(url: str) -> FetchError:
    """Say that an answer ended early."""
    return trouble(CUT.zh, CUT.en, url)


def unreachable(error: requests.RequestException, url: str) -> tuple[FetchError, bool]:
    """Explain why a server was not reached."""
    text = str(error).lower()
    again = isinstance(error, AGAIN)
    if any(sign in text for sign in NO_NAME):
        said = NO_NETWORK
    elif any(sign in text for sign in BROKEN_OFF):
        said, again = CUT, True
    else:
        said = next((said for kind, said in MEANING if isinstance(error, kind)), UNREACHED)
    # A proxy that cannot be found is a matter of the proxy, not of the network.
    if isinstance(error, exceptions.ProxyError):
        said, again = PROXY, False
    return trouble(said.zh, said.en, url), again
