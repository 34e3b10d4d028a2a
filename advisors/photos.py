"""Portraits of advisors: which pictures are taken, how they are made small, stored and handed out.

A picture is drawn anew: at most 640 × 800 pixels, JPEG, nothing of what the camera wrote into it. The
same file serves the draft and the publications made of it; it is deleted when no row shows it any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _

from advisors.models import PHOTO_FOLDER, Advisor, Publication, photo_path

LARGEST = (640, 800)
SMALLEST_SIDE = 200
QUALITY = 82
# A JPEG is read at a fraction of its size, a PNG is unpacked whole: four bytes a pixel.
MAX_PIXELS = {"JPEG": 100_000_000, "PNG": 25_000_000}
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
ORPHAN_AGE = timedelta(days=1)
ACCEPT = "image/jpeg,image/png,.jpg,.jpeg,.png"


class Refused(Exception):
    """A picture is not taken. The message is a sentence for the person."""


def prepared(upload: UploadedFile) -> bytes:
    """The picture as it is stored. What it is is told by its content. Raises ``Refused``."""
    if (upload.size or 0) > settings.DOCUMENT_MAX_BYTES:
        limit = settings.DOCUMENT_MAX_BYTES // 1024**2
        raise Refused(_("The photo is larger than %(limit)s MB. Make it smaller.") % {"limit": limit})
    upload.seek(0)
    content = upload.read()
    if not content.startswith(_STARTS):
        raise Refused(_("We cannot use this file as a photo. Choose a JPG or PNG."))
    return _drawn_anew(content)


def _drawn_anew(content: bytes) -> bytes:
    from PIL import Image, ImageOps  # heavy, and only needed here

    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > MAX_PIXELS[image.format or "PNG"]:
                raise Refused(_("The photo has too many pixels. Make it smaller."))
            if min(image.size) < SMALLEST_SIDE:
                raise Refused(
                    _("The photo is too small. It needs at least %(side)s × %(side)s pixels.")
                    % {"side": SMALLEST_SIDE}
                )
            image.draft("RGB", (LARGEST[0] * 2, LARGEST[1] * 2))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail(LARGEST, Image.Resampling.LANCZOS)
            opaque = Image.new("RGB", upright.size, "white")
            if "A" in upright.getbands() or "transparency" in upright.info:
                upright = upright.convert("RGBA")
                opaque.paste(upright, mask=upright.getchannel("A"))
            else:
                opaque.paste(upright.convert("RGB"))
    except Image.DecompressionBombError as error:
        raise Refused(_("The photo has too many pixels. Make it smaller.")) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise Refused(_("The photo is damaged. Open it, save it anew and choose it again.")) from error
    out = BytesIO()
    opaque.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


# --- Storing --------------------------------------------------------------------------------------


def keep(advisor: Advisor, picture: bytes) -> None:
    """Make ``picture`` (out of ``prepared``) the photo that the advisor works with."""
    path = default_storage.save(photo_path(), ContentFile(picture))
    _put(advisor, path, sha256(picture).hexdigest())


def remove(advisor: Advisor) -> None:
    """Take the photo out of the profile; what is public stays until the change is approved."""
    _put(advisor, "", "")


def _put(advisor: Advisor, path: str, digest: str) -> None:
    with transaction.atomic():
        before = advisor.photo.name
        advisor.photo, advisor.photo_sha256 = path, digest
        advisor.save(update_fields=["photo", "photo_sha256"])
        release([before or ""])


def release(paths: Iterable[str]) -> None:
    """Delete files that no row shows any more, once the change is committed."""
    for path in filter(None, paths):
        transaction.on_commit(partial(_delete_unused, path), robust=True)


def _delete_unused(path: str) -> None:
    if path not in _in_use():
        default_storage.delete(path)


def _in_use() -> set[str]:
    drafts = Advisor.objects.exclude(photo="").values_list("photo", flat=True)
    shown = Publication.objects.exclude(photo="").values_list("photo", flat=True)
    return {*drafts, *shown}


def delete_orphans() -> int:
    """Delete photos that no row knows of, a day after they were written. Returns how many there were."""
    if not default_storage.exists(PHOTO_FOLDER):
        return 0
    before = timezone.now() - ORPHAN_AGE
    paths = [f"{PHOTO_FOLDER}/{name}" for name in default_storage.listdir(PHOTO_FOLDER)[1]]
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    known = _in_use() if old else set()
    orphans = [path for path in old if path not in known]
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)


# --- Handing out ----------------------------------------------------------------------------------


def response(request: HttpRequest, photo: object, digest: str) -> HttpResponse:
    """The picture for an ``<img>``. Who may see it was asked before.

    Only the reader's own browser keeps it, and asks again after an hour: a photo that is withdrawn
    must not live on in caches between. Raises ``Http404`` when there is none.
    """
    path = getattr(photo, "name", "")
    if not path:
        raise Http404
    tag = quote_etag(digest)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponse(status=304)
    else:
        try:
            with default_storage.open(path, "rb") as file:
                answer = HttpResponse(file.read(), content_type="image/jpeg")
        except FileNotFoundError as error:
            raise Http404 from error
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
