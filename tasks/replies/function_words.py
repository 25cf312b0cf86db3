"""Words of French and English that say little about what a question is about, as folded text has them."""

_FRENCH = """
a ai aie as au aux avais avait avec avez avoir avons bonjour bonsoir c ca car ce cela ces cet cette chez comme d dans
de des deja dire dit dois doit donc du elle elles en encore est et etait ete etes etre eu fais fait faire faut hello
il ils j je juste l la le les leur leurs lui m ma mais me meme merci mes moi mon n ne nos notre nous on ont ou par pas
peut peux peuvent plus pour pourquoi pourrais pourriez pouvez pouvoir puis qu quand que quel quelle quelles quels qui
quoi s sa sais salut sans savoir se sera serait ses si sinon son sont suis sur svp t ta te tes toi ton tous tout toute
toutes tres tu un une va vais vas vers veut veux voici voila vont vos votre voudrais voulais vous vraiment y
"""

_ENGLISH = """
a about actually am an and any anyone are as at be been being but by can could d did do does doing don for from get
gets getting got guys had has have having he hello help her hey hi him his how i if in into is isn it its just know
like ll let m may me might my need no not now of oh ok on or our please really s she should so some still t tell than
thank thanks that the their them then there these they this to too u up us ve very want was we well were what when
where which who whom whose why will with would yes you your
"""

FUNCTION_WORDS = frozenset(_FRENCH.split()) | frozenset(_ENGLISH.split())
