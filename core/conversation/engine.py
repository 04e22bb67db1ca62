"""
The engine: one questionnaire run, one input, what follows. Pure.

    script = Script(questionnaire, gazetteer, office_name=…, office_phone=…)
    begun = begin(script, subject=…, source=…, …)
    then  = step(script, state, input)

No database, no clock, no chance: a shuffled order comes from the `seed` handed to `begin`.
"""
