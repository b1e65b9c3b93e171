"""TLS towards the gateway: whose certificates are believed, and what is said of one that is not."""

from __future__ import annotations

import ssl
from pathlib import Path

from services.chassis.reactions import NotReached


class CertificateNotBelieved(NotReached):
    """Somebody answers at `url`, but shows a certificate that does not do: `zh` and `en` say why, and what to do."""

    def __init__(self, url: str, why: str) -> None:
        self.zh = (
            f"{url} 出示的证书不可信（{why}）。FUXUE_CA_FILE 须指向签发它的机构的证书；"
            "在部署之内：docker compose run --rm secrets，然后 docker compose restart gateway。"
        )
        self.en = (
            f"{url} shows a certificate that is not believed ({why}). FUXUE_CA_FILE must be the certificate of the authority"
            " that signed it; inside a deployment: docker compose run --rm secrets, then docker compose restart gateway."
        )
        self.why = why
        super().__init__(self.en)


def trusting(ca_file: Path | None, *imported: Path) -> ssl.SSLContext:
    """TLS that believes an authority of one's own, without a file those of the system; beside them these very certificates."""
    context = ssl.create_default_context(cafile=ca_file)
    for certificate in imported:
        context.load_verify_locations(certificate)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the authority that signed it need not be known here
    return context


def not_believed(trouble: BaseException) -> str | None:
    """Why the certificate that was shown is not believed; nothing where it is something else that went wrong."""
    cause: BaseException | None = trouble
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__  # the libraries between keep it as one or the other
    return None
