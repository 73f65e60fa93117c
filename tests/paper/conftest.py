import pytest

from tests.paper.printing import use_templates
from tests.paper.samples import LOANS, LoanSheet


@pytest.fixture(autouse=True)
def _loan_template(settings):
    use_templates(settings, {LoanSheet.template: LOANS})
