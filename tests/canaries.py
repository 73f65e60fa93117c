"""Two communities. One is full of canaries: texts that no user of the other one may ever read.

`Aviary` builds both, requests addresses and sends forms with the ids of the foreign community, and returns what came
through: a canary in an answer or in a file, a changed row, a new row that points at a foreign one.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.forms import ModelChoiceField
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture
from wagtail.admin.models import EditingSession
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Page, Revision, Task, TaskState, UploadedFile, Workflow

from academy.people.models import Consent, User
from academy.people.permissions import DutyRole
from academy.people.services import consents
from cms.founding import academy_of
from cms.models import CoursePage
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.paper import reading
from tests.test_permission_matrix import MATRIX, PASSPORTS, build_world, routes, session_of

MARK = "金丝雀"
SEARCHED = "金丝"  # an answer repeats the search terms, so these are no canary
OWN_COPY = "/my/data/copy/"
PHONES = {"": "13988880001", MARK: "13988880002"}

# Tables that every request may write, with rows of the asking user alone.
_OWN_AFFAIRS = {"django_session", "wagtailcore_modellogentry", "wagtailcore_pagelogentry", "django_content_type"}

# The rows that a parameter of one of Wagtail's addresses names.
_NAMED: dict[str, type[models.Model]] = {
    **dict.fromkeys(("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"), Page),
    **dict.fromkeys(("document_id", "doc_id"), Document),
    "image_id": Image,
    "collection_id": Collection,
    "revision_id": Revision,
    "task_id": Task,
    "task_state_id": TaskState,
    "workflow_pk": Workflow,
    "session_id": EditingSession,
    "uploaded_file_id": UploadedFile,
}
# … and `pk`, by the beginning of the address.
_NAMED_BY_PK: dict[str, type[models.Model]] = {
    "admin/api/main/^pages": Page,
    "admin/api/main/^documents": Document,
    "admin/api/main/^images": Image,
    "admin/documents": Document,
    "admin/images": Image,
    "admin/collections": Collection,
    "admin/workflows/tasks": Task,
    "admin/workflows": Workflow,
    "admin/users": User,
    "admin/pages": Page,
}
_WORDS = {
    "content_type_app_name": "cms",
    "content_type_model_name": "coursepage",
    "action_name": "approve",
    "filter_spec": "max-165x165",
    "uidb64": "MQ",
    "token": "x",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
}
_BULK = "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/"
_BULK_ACTIONS = [
    *(f"wagtailcore/page/{action}" for action in ("delete", "move", "publish", "unpublish")),
    *(f"{kind}/{action}" for kind in ("wagtailimages/image", "wagtaildocs/document") for action in ("delete",)),
    *(f"{kind}/add_to_collection" for kind in ("wagtailimages/image", "wagtaildocs/document")),
    *(f"people/volunteer/{action}" for action in ("print_slips", "print_cards", "print_badges")),
]


class _Forms(HTMLParser):
    """The forms of a page that post, as (address, values by name)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._open: dict[str, list[str]] | None = None
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = {} if attrs.get("method", "").lower() == "post" else None
            if self._open is not None:
                self.found.append((attrs.get("action", ""), self._open))
        if self._open is None:
            return
        name = attrs.get("name", "")
        if tag in ("input", "button") and name:
            kind = attrs.get("type", "")
            if kind in ("checkbox", "radio") and "checked" not in attrs and name in self._open:
                return
            self._open.setdefault(name, []).append(attrs.get("value", "on" if kind == "checkbox" else ""))
        elif tag in ("select", "textarea"):
            self._select, self._text = (name, "") if tag == "select" else ("", name)
            if name:
                self._open.setdefault(name, [])
        elif tag == "option" and attrs.get("value") and ("selected" in attrs or not self._open.get(self._select, "-")):
            self._open[self._select] = [attrs["value"]]

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._text:
            self._open[self._text].append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag in ("select", "textarea"):
            self._select = self._text = ""


class Aviary:
    """The own community, whose users ask, and the foreign one with its canaries."""

    def __init__(self) -> None:
        before = {model: _rows(model) for model in _models()}
        self.browser = Client()  # of all: each new one loads the middleware again
        self.own = build_world()
        add_drafts_and_files(self.own, "")
        everything = UserFactory(duties=[(self.own.home, role) for role in DutyRole])
        self.own.sessions["every duty"] = session_of(everything)
        known = {model: _rows(model) for model in _models()}
        self.foreign = build_world("canaries", MARK)
        add_drafts_and_files(self.foreign, MARK)
        self.own.rows = {model: known[model].keys() - before[model].keys() for model in _models()}
        self.rows = {
            model: {pk: row for pk, row in _rows(model).items() if pk not in known[model]} for model in _models()
        }
        self.foreign.rows = {model: rows.keys() for model, rows in self.rows.items()}
        self.own_pages: dict[str, str] = {}  # by address

    # Addresses

    def addresses(self, route: str, whose: SimpleNamespace, *, all_pks: bool = False) -> list[str]:
        """Return the addresses of `route` with ids of that community."""
        if route == _BULK:
            pages = [*(pks_of(whose, model)[0] for model in (Page, Document, Image)), whose.ids["volunteer"]]
            ids = "&".join(f"id={pk}" for pk in pages)
            return [f"/admin/bulk/{action}/?{ids}" for action in _BULK_ACTIONS]
        if route in MATRIX and "999" not in MATRIX[route][0]:
            return [MATRIX[route][0].rpartition(" ")[2].format(**whose.ids)]
        path = "/" + re.sub(r"\(\?P<(\w+)>.*?\)(?=/|\\|\)|$)", r"<\1>", route).replace("\\.", ".").replace("\\", "")
        found = [re.sub("[$^]", "", path)]
        for parameter in re.findall(r"<(?:\w+:)?(\w+)>", route):
            named = _named(route, parameter, whose, all_pks)
            found = [
                re.sub(rf"<(?:\w+:)?{parameter}>", str(value).replace("\\", ""), address, count=1)
                for address in found
                for value in named
            ]
        return found

    def queries(self, route: str, *, thorough: bool) -> Iterator[str]:
        """Yield what stands after the address of a page: a search, ids, an export."""
        yield ""
        if route.startswith("admin/") and "<" not in route:
            ids = [pk for model in (Page, Document, Image) for pk in pks_of(self.foreign, model)[:2]]
            yield f"q={quote(SEARCHED)}&term={quote(SEARCHED)}&" + "&".join(f"id={pk}" for pk in ids)
            if thorough or route.count("/") == 2:
                yield "export=csv"
            if thorough:
                yield "export=xlsx"

    # Asking

    def ask_all(self, route: str, session: str, *, thorough: bool = False) -> list[str]:
        """Open `route` and send its forms with foreign ids; return what came through.

        `thorough`: ask for every foreign row, send each foreign id alone as well, export to Excel. The texts of the own
        pages are in `own_pages` afterwards.
        """
        self.own_pages = {}
        faults: list[str] = []
        values: dict[str, Any] = {"accept": "yes", "answer": "好", "reason": "好"}
        own = self.addresses(route, self.own)
        for address in own:
            response, read_here = self._ask(session, "GET", address, {})
            faults += read_here
            for action, values, foreign in self.forms(address, response):
                alone = [{name: pk} for name, pk in foreign.items()] if thorough and len(foreign) > 1 else []
                for changed in [foreign, *alone] if foreign else []:
                    faults += self.post(session, action, {**values, **changed})
        for address in self.addresses(route, self.foreign, all_pks=thorough):
            for query in self.queries(route, thorough=thorough):
                if not query and address in own:
                    continue  # the page of a list is one for all, and was read above
                faults += self.get(session, f"{address}{'&' if '?' in address else '?'}{query}" if query else address)
            faults += self.post(session, address, values)
        return faults

    def get(self, session: str, address: str) -> list[str]:
        """Return what was read that nobody outside may read."""
        _response, faults = self._ask(session, "GET", address, {})
        return faults

    def post(self, session: str, address: str, data: dict[str, Any]) -> list[str]:
        """Return what was read or written by a form, and undo it."""
        _response, faults = self._ask(session, "POST", address, data)
        return faults

    def forms(self, address: str, response: Any) -> list[tuple[str, dict[str, list[str]], dict[str, Any]]]:
        """Return the forms of an own page: address, values, and foreign values by name."""
        if response.status_code != 200 or response.streaming or "html" not in response.get("Content-Type", ""):
            return []
        self.own_pages[address] = response.content.decode()
        parser = _Forms()
        parser.feed(self.own_pages[address])
        chosen = dict(self._foreign_choices(response))
        return [
            (
                unquote(action).split("#")[0] or address,
                values,
                {**self._foreign_values(values), **(chosen if action in ("", address) else {})},
            )
            for action, values in parser.found
            if "logout" not in action and "setlang" not in action
        ]

    def _foreign_choices(self, response: Any) -> Iterator[tuple[str, Any]]:
        """Yield a foreign row for each field that chooses one, by the field's name in the page."""
        for context in response.context or ():
            for value in context.flatten().values() if hasattr(context, "flatten") else ():
                for name, field in getattr(value, "fields", {}).items() if hasattr(value, "add_prefix") else ():
                    chooses = isinstance(field, ModelChoiceField) and field.queryset is not None
                    if chooses and (pks := pks_of(self.foreign, field.queryset.model)):
                        yield value.add_prefix(name), pks[-1]

    def _foreign_values(self, values: dict[str, list[str]]) -> dict[str, Any]:
        """Return foreign ids for fields of a hand-written form that are named after a row or hold a key."""
        own, foreign = self.own.ids, self.foreign.ids
        found: dict[str, Any] = {}
        keys = {pk: kind for kind, pk in own.items() if isinstance(pk, str)}
        for name, sent in values.items():
            kind = next((kind for kind in (name, re.sub(r"s$|_id$", "", name)) if kind in own), None)
            kind = kind or next((keys[one] for one in sent if one in keys), None)
            if kind:
                found[name] = foreign[kind]
            elif numbered := re.fullmatch(r"(\D+-)\d+", name):  # a field for each record: score-17
                found[f"{numbered[1]}{foreign['record']}"] = sent
        return found

    def _ask(self, session: str, method: str, address: str, data: dict[str, Any]) -> tuple[HttpResponse, list[str]]:
        client = self.browser
        client.cookies.clear()
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        with transaction.atomic():
            written: set[str] = set()
            with connection.execute_wrapper(_note_tables(written)):
                response = client.get(address) if method == "GET" else client.post(address, data)
                body = b"".join(response.streaming_content) if response.streaming else response.content
            text = "\n".join([read(body), str(response.cookies), unquote(response.get("Location", ""))])
            faults = [f"{method} {address} {data}: reads {one}" for one in canaries_in(text, address)]
            faults += [f"{method} {address} {data}: {fault}" for fault in self._changes(written)]
            if response.status_code >= 500:
                faults.append(f"{method} {address} {data}: {response.status_code}")
            transaction.set_rollback(True)
        return response, faults

    def _changes(self, written: set[str]) -> Iterator[str]:
        """Yield the foreign rows that changed, and the new rows that point at one."""
        for model in _models():
            if model._meta.db_table not in written - _OWN_AFFAIRS:
                continue
            now = _rows(model)
            foreign = self.rows[model]
            yield from (f"changes {model.__name__} {pk}" for pk, row in foreign.items() if now.get(pk) != row)
            for field in model._meta.concrete_fields:
                if not field.is_relation:
                    continue
                theirs = self.rows.get(field.related_model, {})  # type: ignore[arg-type]
                yield from (
                    f"points a new {model.__name__} at {field.name} {row[field.attname]}"
                    for pk, row in now.items()
                    if pk not in foreign and row[field.attname] in theirs
                )


def _named(route: str, parameter: str, whose: SimpleNamespace, all_pks: bool) -> list[Any]:
    if parameter in _WORDS:
        return [_WORDS[parameter]]
    if parameter in ("app_label", "app_name"):
        return ["wagtailcore" if "tasks" in route else "cms"]
    if parameter == "model_name":
        return ["groupapprovaltask" if "tasks" in route else "coursepage"]
    model = _NAMED.get(parameter)
    if parameter in ("pk", "object_id"):
        model = next((model for start, model in _NAMED_BY_PK.items() if route.startswith(start)), None)
    pks = pks_of(whose, model) if model else []
    return (pks if all_pks else pks[:1]) or [1]


def pks_of(whose: SimpleNamespace, model: type[models.Model]) -> list[Any]:
    """Return the ids of the rows of a community, the newest first."""
    return sorted(whose.rows.get(model, ()), reverse=True)


def canaries_in(text: str, address: str) -> list[str]:
    """Return the canaries in an answer, also a whole ID number but one's own in a copy (V3)."""
    numbers = PASSPORTS[1:] if address.startswith(OWN_COPY) else PASSPORTS
    needles = (MARK, json.dumps(MARK)[1:-1], quote(MARK), PHONES[MARK], *numbers)
    return sorted(
        {text[max(at.start() - 30, 0) : at.end() + 20] for one in needles for at in re.finditer(re.escape(one), text)}
    )


def read(body: bytes) -> str:
    """Return the text of a page, a PDF, a workbook or a zipped file."""
    if body.startswith(b"%PDF"):
        return "".join(reading.pages(body))
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return body.decode("utf-8", "replace")


def add_drafts_and_files(world: SimpleNamespace, mark: str) -> None:
    """Add rows that only people of the community may know: drafts, files, a child, a planned activity."""
    home, worker, trainer = world.home, world.users["social_worker"], world.users["trainer"]
    now = timezone.now()
    today = timezone.localdate(now)
    child = VolunteerFactory(
        community=home, name=f"{mark}小童", birth_date=today.replace(year=today.year - 9), phone=PHONES[mark],
        evidence=f"{mark}登记表",
    )  # fmt: skip
    consents.record_consent(
        volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence=f"{mark}同意书", by=worker, at=now,
        guardian=world.users["guardian"],
    )  # fmt: skip
    ActivityFactory(community=home, title=f"{mark}秘密活动", leader=child, published=None)
    draft = CoursePage(title=f"{mark}草稿", slug="draft", tier="beginner", intro="…", live=False, owner=trainer)
    academy_of(home).add_child(instance=draft)
    draft.save_revision(user=trainer)
    draft.get_workflow().start(draft, trainer)
    files = Collection.objects.get(name=home.name)
    content = SimpleUploadedFile(f"{mark}roll.csv", b"1")
    document = Document.objects.create(title=f"{mark}名单", file=content, collection=files, uploaded_by_user=worker)
    data = io.BytesIO()
    Picture.new("RGB", (4, 4)).save(data, "PNG")
    picture = SimpleUploadedFile(f"{mark}1.png", data.getvalue())
    image = Image.objects.create(title=f"{mark}照片", file=picture, collection=files, uploaded_by_user=worker)
    for one in (document, image):
        one.tags.add(f"{mark}标签")
    UploadedFile.objects.create(file=SimpleUploadedFile("1.png", data.getvalue()), uploaded_by_user=worker)


def foreign_routes() -> list[str]:
    """Return all addresses but those that change only the asking browser, or fail on purpose."""
    left_out = ("admin/failwhale", "admin/logout", "accounts/logout", "admin/^.*", "admin/sprite", "admin/jsi18n")
    left_out += ("admin/choose-external-link",)  # Wagtail's view fails without an address; it shows no row
    # A slip, the link of a guardian and that of an agent open for any holder, by design.
    left_out += ("^[sS]/(?P<code>", "g/<str:code>/", "a/<str:code>/")
    left_out += ("^[cC]/(?P<checkpoint>[^/]+)/claim/(?P<key>",)  # the key opens what its phone typed, by design
    left_out += ("u/<slug:key>",)  # a unit's link shows its activity to any holder, by design, and no person
    # The links of an urgent call and of a free place are their person's, by design.
    left_out += ("activities/call/<slug:key>", "activities/place/<slug:key>")
    left_out += ("no-mail/<str:token>/",)  # the link in an e-mail ends the mail of its login, by design
    return sorted({route for route, _pattern in routes() if not route.startswith(left_out)})


def _models() -> Iterable[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


def _rows(model: type[models.Model]) -> dict[Any, dict[str, Any]]:
    key = model._meta.pk.attname
    return {
        row[key]: row
        for row in model._default_manager.values(*(field.attname for field in model._meta.concrete_fields))
    }


def _note_tables(written: set[str]) -> Any:
    def wrapper(execute: Any, sql: str, *args: Any) -> Any:
        if found := re.match(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', sql):
            written.add(found[1])
        return execute(sql, *args)

    return wrapper
