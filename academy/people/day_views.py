"""Which day a text means, for the line below a field of the back office."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from academy.core.look import day_in_words
from academy.core.sentences import join_sentences
from academy.people.form_fields import DayField
from academy.people.typed_days import Near

MOST = 60  # characters


@require_GET
def typed_day(request: HttpRequest) -> JsonResponse:
    """Answer with the day and its words, or with the sentence that says what is wrong."""
    near = request.GET.get("near", "")
    field = DayField(near=Near.__members__.get(near), required=False)
    try:
        day = field.clean(request.GET.get("text", "")[:MOST])
    except ValidationError as wrong:
        return JsonResponse({"fault": join_sentences(wrong.messages)})
    return JsonResponse({"day": day and day.isoformat(), "words": day_in_words(day) if day else ""})
