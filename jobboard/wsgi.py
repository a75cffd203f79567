import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
os.environ.setdefault("JOBBOARD_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

from jobboard.browse.word_lists import read_word_lists
from jobboard.common.storage.statistics import begin_web_process
from jobboard.listings.geo.nearby import read_tables
from jobboard.search.understanding.tokens import read_tables_of_words

# Seconds that a thread at work keeps another of its process waiting, each time that one has read
# something; by default five times as many (benchmarks/neighbours.py).
sys.setswitchinterval(0.001)

application = get_wsgi_application()  # before models can be imported

from jobboard.search.live.current import count_at_start  # noqa: E402

begin_web_process()
read_tables()
read_word_lists()
read_tables_of_words()
count_at_start()
