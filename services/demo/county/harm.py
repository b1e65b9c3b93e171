"""A sign of harm to a child that the teacher reports to the police: until they have answered, nobody texts the family."""

from services.contracts.codes import Department, HarmSign
from services.demo.county.officers import office_login
from services.demo.county.phases import confirm_absence
from services.demo.county.story import Story


def harm_reported(story: Story) -> None:
    """Missed on the day after the report, the guardian is not asked; missed again after the answer, it is, once."""
    police = office_login(Department.PUBLIC_SECURITY)
    reported = story.chance.randint(3, 6)
    held, answered, missed_again = reported + 1, reported + 2, reported + 4
    noticed = story.says("harm.noticed")
    story.act(reported, 15, "report_harm", story.cast.homeroom, sign=HarmSign.SERIOUS_INJURY, text=noticed)
    story.takes_turn(reported, "MandatoryReportOpened", HarmSign.SERIOUS_INJURY)
    story.act(reported, 16, "acknowledge_report", police)
    story.takes_turn(reported, "MandatoryReportAcknowledged")
    for day in (held, missed_again):
        story.absent(day, day)
        confirm_absence(story, day)
    story.act(answered, 10, "answer_report", police, hold=False, text=story.says("harm.answered"))
    story.takes_turn(answered, "MandatoryReportAnswered", "false")
    story.expect_texts("absence_query", 1, 1)
