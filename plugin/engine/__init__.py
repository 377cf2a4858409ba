"""Who is in: rules become one plan of SQL, and the plan decides for whoever is asked about.

``plan`` compiles the segments of a store; ``decide`` answers for a relation of (customer, moment) with
each segment's outcome and the alarm; ``replay`` follows two-sided segments, and those whose past somebody
asks about, through time (``moments`` enumerates, ``timeline`` folds, ``memory`` and ``past`` carry what was
before, ``held`` knows pins); ``explain`` says why (``parts`` goes over the rule, ``shown`` reads values,
``away`` and ``nearness`` say how far it is); ``series`` asks at many moments. This is the only evaluator
there is.

What is relative to the store: a rule reads a ``limit``, ``cutoffs`` computes it over everyone as of a moment
and keeps it, ``relative`` compares a customer with it.

From a rule to SQL: ``parameters`` keeps values out of the text, ``clock`` knows local days and when
they turn, ``sources`` the rows of a customer, ``dated`` and ``attributes`` what was said of them and when,
``tags`` their tags; ``operands`` are what is compared, by ``texts``, ``dates``, ``yearly`` and
``conditions``; ``rows`` and ``people`` are the two places where a condition can stand (a filter over rows,
a question about the customer), ``aggregates`` joins them; ``needs`` collects what all rules want,
``statement`` writes it down.

Rows: ``columns`` are their fields, ``row_fields`` says of which type and whether they can be known,
``relations`` writes the query of one source step by step, ``measures`` are the functions over it and
``history`` says whether older rows are missing. A filter inside a filter: ``nested`` for what belongs to a
row, ``gathered`` for the customer's other rows; what it asks of the customer is computed first
(``Needs.earlier``) and ``carried`` in.

To add a field of a row: a line in ``columns``. A dated attribute of the customer: nothing, a line in the
catalogue is enough. A function over rows: a case in ``measures``.
"""
