"""The words of complaints of retaliation: to those of a union, the principal, the complainant.

Those to members say nothing of what a complaint is about, or whom; what is told to a complainant
stands on their own page only.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Message

#: To those of a union who may handle the complaint.
UNION_WORDS: Final = {
    "complaint_new": Message(
        "有一件新的投诉 {number}，请在三个工作日内决定是否受理。",
        "There is a new complaint, {number}; decide within three working days whether to take it "
        "up.",
    ),
    "complaint_untaken": Message(
        "投诉 {number} 已过三个工作日，还没有受理。",
        "Complaint {number} has waited three working days and is not taken up.",
    ),
    "complaint_replied": Message(
        "投诉 {number}：企业已答复，请判断是否解决。",
        "Complaint {number}: the enterprise has replied; judge whether it is settled.",
    ),
    "complaint_reply_due": Message(
        "投诉 {number}：答复期限已到，请判断是否解决。",
        "Complaint {number}: the time to reply is over; judge whether it is settled.",
    ),
    "complaint_passed_here": Message(
        "投诉 {number} 已移送区总工会，请接着办理。",
        "Complaint {number} was passed on to the district's union, which goes on.",
    ),
    "complaint_message": Message(
        "投诉 {number}：投诉人有新消息。",
        "Complaint {number}: there is a message from the complainant.",
    ),
    "complaint_withdrawn": Message(
        "投诉 {number}：投诉人已撤回。",
        "Complaint {number}: the complainant has taken it back.",
    ),
}
#: To the principal.
LETTER_WORDS: Final = {
    "union_letter": Message(
        "工会来函 {number}，请在 {reply_by} 前答复。",
        "There is a letter of the union, {number}; reply by {reply_by}.",
    ),
    "union_letter_late": Message(
        "工会来函 {number} 的答复期限是 {reply_by}，还没有答复。",
        "The union's letter {number} was to be answered by {reply_by}; it is not.",
    ),
}
COMPLAINT_WORDS: Final = {**UNION_WORDS, **LETTER_WORDS}
#: To the complainant, on the page of the complaint.
COMPLAINANT_WORDS: Final = {
    "complaint_taken": Message(
        "工会已受理您的投诉，正在调查。有情况随时在这里补充。",
        "The union has taken up your complaint and looks into it. Add to it here whenever you "
        "like.",
    ),
    "complaint_not_taken": Message(
        "工会没有受理这件投诉。理由：{not_taken_reason}",
        "The union did not take up this complaint: {not_taken_reason}",
    ),
    "complaint_late": Message(
        "工会还没有受理您的投诉，已经催办。您也可以撤回，改找区总工会。",
        "The union has not yet taken up your complaint and was reminded. You may also take it "
        "back and turn to the district's union.",
    ),
    "complaint_unfounded": Message(
        "工会调查后没有查实打击报复。有新的情况，可以再提出投诉。",
        "The union looked into it and found no retaliation. If there is more, complain again.",
    ),
    "complaint_advised": Message(
        "工会已向主要负责人发出意见书，要求在 {reply_by} 前答复。",
        "The union has written to the principal, who is to reply by {reply_by}.",
    ),
    "complaint_settled": Message(
        "工会认为这件事已经解决。如果又发生，请再提出投诉。",
        "The union finds this settled. If it happens again, complain again.",
    ),
    "complaint_not_settled": Message(
        "这件投诉没有解决，按您的意思到此为止。您仍可以向劳动保障监察机构反映。",
        "This complaint was not settled and ends here, as you wished. You may still turn to the "
        "labour inspection.",
    ),
    "complaint_passed": Message(
        "这件投诉没有解决，工会已经移送，移送函编号 {referral_no}。",
        "This complaint was not settled; the union has passed it on with the letter {referral_no}.",
    ),
    "complaint_followed": Message(
        "区总工会已办理结束：{follow_note}",
        "The district's union has finished: {follow_note}",
    ),
}
