"""
All the rules, from top to bottom as the format page has them.

A name begins with the paragraph of "A linter must reject" it belongs to. A rule is a function of the draft
that yields a line and a Chinese sentence for each fault. Each has a faulty file of its name in
`tests/questionnaires/faulty`; a test sees to it.
"""

from collections.abc import Callable

from core.questionnaires.lint import access, answers, options, reach, references, shape, times_and_ids, words
from core.questionnaires.lint.draft import Draft
from core.questionnaires.lint.shape import Findings

Rule = Callable[[Draft], Findings]

# What is found while the YAML is read, before there is a draft, has names too: tree.READING_RULES.
ERRORS: dict[str, Rule] = {
    # 1 Keys and values
    "p01_unknown_key": shape.unknown_key,
    "p01_missing_key": shape.missing_key,
    "p01_wrong_type": shape.wrong_type,
    "p01_not_among_choices": shape.not_among_choices,
    "p01_repeated_item": shape.repeated_item,
    "p01_empty_list": shape.empty_list,
    "p01_bad_form": shape.bad_form,
    "p01_bad_name": shape.bad_name,
    "p01_out_of_range": shape.out_of_range,
    "p01_weight_not_positive": shape.weight_not_positive,
    "p01_id_is_not_file_name": shape.id_is_not_file_name,
    # 2 Times
    "p02_not_a_time": times_and_ids.not_a_time,
    "p02_no_offset": times_and_ids.no_offset,
    "p02_close_before_open": times_and_ids.close_before_open,
    # 3 Ids
    "p03_id_used_twice": times_and_ids.id_used_twice,
    "p03_reserved_word": times_and_ids.reserved_word,
    # 4 Lists of options
    "p04_fewer_than_two_options": options.fewer_than_two,
    "p04_repeated_code": options.repeated_code,
    "p04_repeated_label": options.repeated_label,
    "p04_repeated_key": options.repeated_key,
    "p04_code_not_text": options.code_not_text,
    "p04_code_is_yes_or_no": options.code_is_yes_or_no,
    # 5 Scores
    "p05_score_out_of_range": options.score_out_of_range,
    "p05_scores_not_falling": options.scores_not_falling,
    "p05_no_score": options.no_score,
    "p05_several_without_score": options.several_without_score,
    "p05_score_outside_scale": options.score_outside_scale,
    # 6 Scales and dimensions
    "p06_unknown_scale": options.unknown_scale,
    "p06_unknown_dimension": options.unknown_dimension,
    "p06_unused_scale": options.unused_scale,
    "p06_unused_dimension": options.unused_dimension,
    "p06_dimension_elsewhere": options.dimension_elsewhere,
    # 7 show_if
    "p07_syntax": references.syntax,
    "p07_unknown_id": references.unknown_id,
    "p07_later_id": references.later_id,
    "p07_own_id": references.own_id,
    "p07_in_another_repeat": references.in_another_repeat,
    "p07_takes_no_answer": references.takes_no_answer,
    "p07_text_compared": references.text_compared,
    "p07_unknown_code": references.unknown_code,
    "p07_order_on_non_number": references.order_on_non_number,
    # 8 required
    "p08_required_and_personal": answers.required_and_personal,
    "p08_required_takes_no_answer": answers.required_takes_no_answer,
    # 9 text
    "p09_no_max_length": answers.no_max_length,
    "p09_text_min_over_max": answers.text_min_over_max,
    "p09_voice_without_seconds": answers.voice_without_seconds,
    "p09_photo_without_count": answers.photo_without_count,
    "p09_media_without_wechat": answers.media_without_wechat,
    "p09_pattern_not_a_pattern": answers.pattern_not_a_pattern,
    "p09_pattern_looks_around": answers.pattern_looks_around,
    "p09_pattern_refers_back": answers.pattern_refers_back,
    # 10 number, multi, place, and what only some options may have
    "p10_number_min_over_max": answers.number_min_over_max,
    "p10_choices_min_over_max": answers.choices_min_over_max,
    "p10_choices_over_options": answers.choices_over_options,
    "p10_place_levels": answers.place_levels,
    "p10_exclusive_outside_multi": options.exclusive_outside_multi,
    "p10_ends_outside_single": options.ends_outside_single,
    # 11 repeat and group
    "p11_nested_repeat": answers.nested_repeat,
    "p11_empty_repeat": answers.empty_repeat,
    "p11_empty_group": answers.empty_group,
    "p11_unknown_over": answers.unknown_over,
    "p11_title_without_variable": answers.title_without_variable,
    # 12 Words in braces, and what is judged
    "p12_unknown_placeholder": words.unknown_placeholder,
    "p12_subject_name_without_subject": words.subject_name_without_subject,
    "p12_subject_kind_without_subject": words.subject_kind_without_subject,
    "p12_per_subject_without_subject": words.per_subject_without_subject,
    # 13 One response each
    "p13_account_without_wechat": access.account_without_wechat,
    "p13_sample_without_phone": access.sample_without_phone,
    "p13_subject_alone": access.subject_alone,
    "p13_per_none": access.per_none,
    # 14 Telephone
    "p14_without_words": access.phone_without_words,
    "p14_option_without_key": access.phone_option_without_key,
    "p14_too_many_options": access.phone_too_many_options,
    # 15 Text
    "p15_html": words.html,
    "p15_markdown": words.markdown,
    "p15_url": words.url,
    "p15_line_break": words.line_break,
    "p15_control_character": words.control_character,
    "p15_eleven_digits": words.eleven_digits,
    "p15_id_number": words.id_number,
    "p15_too_long": words.too_long,
    "p15_empty": words.empty,
    # 16 Consent
    "p16_consent_labels_alike": access.consent_labels_alike,
    # 17 Reach
    "p17_unreachable": reach.unreachable,
}

WARNINGS: dict[str, Rule] = {
    "w_too_many_questions": reach.too_many_questions,
    "w_long_title": reach.long_title,
    "w_required_text": reach.required_text,
}
