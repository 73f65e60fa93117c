"""Models whose facts `test_append_only` has no rows of."""

from django.db import models

from academy.accidents.models import Accident, AccidentPhoto, Entry, HurtPerson
from academy.activities.absence_models import AbsenceNote
from academy.certificates.batch_models import Batch, BatchedCertificate, Printout
from academy.certificates.letter_models import Letter, LetterClosure
from academy.certificates.statement_models import StatementAnswer
from academy.classes import models as classes
from academy.classes.models import Result
from academy.feedback.models import Feedback
from academy.insurance.models import FiledPlace, Filing
from academy.learning.award_models import Attendance, Qualification, TierAward
from academy.learning.models import QuizAttempt
from academy.passes.models import Passbook, PassbookLine, PassbookPrinting
from academy.units.models import EmployerConsent

# Facts that have no row here: the triggers are the same for every table, and their rooms' tests add rows.
WITHOUT_ROWS: list[type[models.Model]] = [
    *(Result, classes.Signature, Attendance, Qualification, QuizAttempt, TierAward, EmployerConsent),
    *(Letter, LetterClosure, StatementAnswer, AbsenceNote, Batch, BatchedCertificate, Printout),
    *(Filing, FiledPlace, Accident, Entry, HurtPerson, AccidentPhoto),
    *(Passbook, PassbookPrinting, PassbookLine, Feedback),
]
