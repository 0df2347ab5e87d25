Peers that link prove their keys to each other, agree on an id, and tell each other whom they know.

All stories are written like this one. A line that begins with > is what somebody does, and what is indented below it
is all that comes of it within the next 100 ms. A peer is called by a letter, and wishes for the letter's place in the
alphabet as its id unless the story says otherwise.

The first peer dials nobody, so there is nobody to ask: it takes the id that it wishes for.

> show people, links and topology
> a starts
    a       is ready as 1

The second one asks the first. Each signs what the other chose at random; then the link is up, and either side states
anew with whom it is linked. A link counts once both ends state it.

> b starts, dials a
    b -> a  Hello: is nobody yet, wishes to be 2
    a -> b  Welcome: is 1, grants the id, assigns S1
    b -> a  Confirm: the link is up
    b       is ready as 2
    b -> a  advert: b is 2, linked with nobody
    b -> a  knows of b
    a -> b  advert: a is 1, linked with nobody
    a -> b  knows of a
    a -> b  a's links: +b
    b -> a  b's links: +a
    b       sees a
    a       sees b

A peer without a wish is assigned a Snowflake id. What a says of its new link, b hears as well.

> c starts, wishes for nothing, dials a
    c -> a  Hello: is nobody yet
    a -> c  Welcome: is 1, assigns S2
    c -> a  Confirm: the link is up
    c       is ready as S2
    c -> a  advert: c is S2, linked with nobody
    c -> a  knows of c
    a -> c  advert: a is 1, linked with b
    a -> c  knows of a and b
    a -> b  advert: c is S2, linked with nobody
    a -> c  a's links: +c
    a -> b  a's links: +c
    a -> c  advert: b is 2, linked with a
    c -> a  c's links: +a
    a -> b  c's links: +a
    c       sees a and b
    a       sees c
    b       sees c

> who sees whom?
    a       sees b and c
    b       sees a and c
    c       sees a and b
