"""Photos of advisors: which are taken, what is kept of them, who sees them, when they are deleted."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from advisors import photos, publishing
from advisors.models import PHOTO_FOLDER, Advisor
from tests import actors
from tests.requests_app import files
from tests.sign_in import sign_in


def prepared(content: bytes) -> Image.Image:
    return Image.open(BytesIO(photos.prepared(SimpleUploadedFile("ich.jpg", content))))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is that large, and holds nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


# --- What is taken --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kept"), [((400, 500), (400, 500)), ((4000, 5000), (640, 800)), ((3000, 1000), (640, 213))]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photo_is_made_small_and_keeps_its_shape(size, kept, kind: str) -> None:
    picture = prepared(actors.picture(*size, kind=kind))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", kept)


def test_photo_that_lies_on_its_side_is_turned_and_tells_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    exif[0x010F] = "Kamera AG"
    exif.get_ifd(0x8825)[1] = "N"  # a place
    content = actors.picture(500, 400, exif=exif)
    assert b"Kamera AG" in content
    picture = prepared(content)
    assert (picture.size, dict(picture.getexif())) == ((400, 500), {})
    kept = photos.prepared(SimpleUploadedFile("ich.jpg", content))
    assert b"Kamera" not in kept
    assert b"Exif" not in kept


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_every_kind_of_png_becomes_a_picture_without_transparency(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (300, 300)).save(out, "PNG")
    assert prepared(out.getvalue()).mode == "RGB"


def test_transparent_ground_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert prepared(out.getvalue()).getpixel((150, 150)) == (255, 255, 255)


def broken(kind: str) -> bytes:
    return actors.picture(kind=kind)[:600]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "kein Foto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "kein Foto"),
        (b"<html><body>", "kein Foto"),
        (files.pdf(), "kein Foto"),
        (b"GIF89a" + b"\0" * 100, "kein Foto"),
        (b"\xff\xd8\xff" + b"<html>" * 100, "beschädigt"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "beschädigt"),
        (broken("JPEG"), "beschädigt"),
        (broken("PNG"), "beschädigt"),
        (actors.picture(199, 800), "zu klein"),
        (png_of_size(6000, 6000), "zu viele Bildpunkte"),
        (png_of_size(60_000, 60_000), "zu viele Bildpunkte"),
        (b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "größer als 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_file_that_is_no_photo_gets_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(photos.Refused, match=sentence):
        photos.prepared(SimpleUploadedFile("ich.jpg", content))


# --- What is kept, and for how long ---------------------------------------------------------------


def stored() -> set[str]:
    if not default_storage.exists(PHOTO_FOLDER):
        return set()
    return {f"{PHOTO_FOLDER}/{name}" for name in default_storage.listdir(PHOTO_FOLDER)[1]}


@pytest.fixture
def empty_folder() -> None:
    for path in stored():
        default_storage.delete(path)


@pytest.fixture
def amara(transactional_db: None, empty_folder: None) -> Advisor:
    advisor = actors.advisor(published=False)
    actors.give_photo(advisor)
    return advisor


def test_name_in_the_storage_tells_nothing(amara: Advisor) -> None:
    assert amara.photo.name.removeprefix(f"{PHOTO_FOLDER}/").isalnum()
    assert len(amara.photo.name) == len(PHOTO_FOLDER) + 1 + 32


def test_new_photo_replaces_the_one_that_nobody_sees(amara: Advisor) -> None:
    first = amara.photo.name
    actors.give_photo(amara)
    assert stored() == {amara.photo.name}
    assert first != amara.photo.name


def test_photo_that_is_public_stays_until_the_next_one_is(amara: Advisor) -> None:
    public = actors.publish(amara).photo.name
    actors.give_photo(amara)
    assert stored() == {public, amara.photo.name}
    actors.publish(amara)
    assert stored() == {amara.photo.name}
    former = amara.publications.get(state="replaced")
    assert (former.photo.name, len(former.photo_sha256)) == ("", 64)


def test_photo_goes_with_the_withdrawal_unless_the_profile_still_has_it(amara: Advisor) -> None:
    public = actors.publish(amara).photo.name
    photos.remove(amara)
    assert stored() == {public}
    publishing.withdraw(amara, amara.user)
    assert stored() == set()


def test_withdrawal_keeps_the_photo_of_the_draft(amara: Advisor) -> None:
    actors.publish(amara)
    publishing.withdraw(amara, amara.user)
    assert stored() == {amara.photo.name}
    assert amara.publications.get().photo.name == ""


def test_file_without_a_row_is_swept_up_after_a_day(amara: Advisor) -> None:
    actors.publish(amara)
    default_storage.save(f"{PHOTO_FOLDER}/verwaist", BytesIO(b"x"))
    assert photos.delete_orphans() == 0
    with time_machine.travel(timezone.now() + photos.ORPHAN_AGE * 1.1, tick=False):
        assert photos.delete_orphans() == 1
    assert stored() == {amara.photo.name}


# --- Who sees it ----------------------------------------------------------------------------------


def test_public_photo_is_served_as_nothing_but_a_picture(client: Client, amara: Advisor) -> None:
    publication = actors.publish(amara)
    page = client.get(reverse("directory:profile", args=[amara.slug])).content.decode()
    address = f"{reverse('directory:photo', args=[amara.slug])}?v={publication.photo_sha256[:12]}"
    assert f'<img class="app-portrait" src="{address}" width="320" height="400"' in page
    assert 'alt="Foto von Amara Okafor"' in page
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, max-age=3600"
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_photo_in_the_list_is_loaded_late(client: Client, amara: Advisor) -> None:
    actors.publish(amara)
    assert 'loading="lazy"' in client.get(reverse("directory:list")).content.decode()


def test_waiting_photo_is_for_its_owner_and_the_coordination(client: Client, amara: Advisor) -> None:
    waiting = actors.consented(amara)
    own, review = (
        reverse("profile:photo"),
        reverse("admin:advisors_publication_photo", args=[waiting.pk]),
    )
    public = reverse("directory:photo", args=[amara.slug])
    for user, statuses in (
        (amara.user, (200, 403, 404)),
        (actors.coordinator(), (403, 200, 404)),
        (actors.advisor("Inés Carvajal").user, (404, 403, 404)),
    ):
        sign_in(client, user)
        assert tuple(client.get(path).status_code for path in (own, review, public)) == statuses


def test_photo_is_gone_from_the_public_with_the_withdrawal(client: Client, amara: Advisor) -> None:
    actors.publish(amara)
    publishing.withdraw(amara, amara.user)
    assert client.get(reverse("directory:photo", args=[amara.slug])).status_code == 404


def test_missing_file_is_a_404(client: Client, amara: Advisor) -> None:
    actors.publish(amara)
    default_storage.delete(amara.photo.name)
    assert client.get(reverse("directory:photo", args=[amara.slug])).status_code == 404
