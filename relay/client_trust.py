"""Whom the Python client trusts, and what to say when it cannot connect."""

import errno
import ssl
from pathlib import Path

from websockets.exceptions import InvalidStatus

#: X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL.
_OTHER_NAME = (62, 64)
#: How asyncio names it, alone and among the failures of several addresses, which it puts into one text.
_REFUSED = f"[Errno {errno.ECONNREFUSED}]"
_SHOWN_CHARACTERS = 200


def trust(url: str, ca_file: Path | str | None) -> ssl.SSLContext | None:
    """Give what verifies a server: by the system's authorities, or by those of a file alone; None without TLS.

    Raises:
        ValueError: there is a file, and no TLS.
        OSError: the file cannot be read, or holds no certificate (``ssl.SSLError``).
    """
    if url.startswith("wss://"):
        return ssl.create_default_context(cafile=ca_file)
    if ca_file is not None:
        raise ValueError(f"{url} is without TLS, so that nothing would be verified by a CA file: connect with wss://")
    return None


def explained(failure: Exception) -> str:
    """Say why there is no connection, for who can do something about it."""
    match failure:
        case ssl.SSLCertVerificationError(verify_code=code, verify_message=message) if code in _OTHER_NAME:
            return f"its certificate is not for that name: {message}"
        case ssl.SSLCertVerificationError(verify_message=message):
            hint = "give the file of its authority as ca_file (`harena certs show` tells which)"
            return f"its certificate is not trusted: {message}; {hint}"
        case ssl.SSLError(reason=reason):
            return f"TLS did not come about: {reason}; does this server speak TLS?"
        case InvalidStatus(response=response) if response.body:
            said = response.body[:_SHOWN_CHARACTERS].decode("ascii", "replace").strip()
            return f"{failure}: {said}"
        case InvalidStatus():
            return f"{failure}; is this the port for players, and not that of the API?"
        case OSError() if _REFUSED in str(failure):
            return f"nobody listens there ({failure}); does the server run, and is this its port for players?"
        case ConnectionResetError():  # asyncio says no more of it.
            return "it has closed the connection; wss:// is for a server with TLS, ws:// for one without"
        case _:
            return str(failure)
