"""Members keep what they have shown: a proven mailbox at the company's domain, or an editor's word
for the only owner. Badges of domains at which anybody may be drop; a task mails their owners.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Count, Q
from django.utils import timezone

from jobboard.common.hosts.domains import host_of, proven_by_mailbox, why_worthless


def keep_what_was_shown(apps, schema_editor):
    fill_domains(apps)
    drop_worthless_badges(apps)
    name_domains(apps)
    prove_by_mailbox(apps)
    prove_by_editors(apps)


def fill_domains(apps):
    """Of companies of the directory, whose website alone was stored: their own people join by it."""
    companies = apps.get_model("listings", "Company").objects
    for company in companies.filter(domain="").exclude(website="").only("pk", "website"):
        companies.filter(pk=company.pk).update(domain=host_of(company.website)[:253])


def drop_worthless_badges(apps):
    claims = apps.get_model("listings", "CompanyClaim").objects
    companies = apps.get_model("listings", "Company").objects
    now = timezone.now()
    for company in companies.filter(verified_by="email").only("pk", "domain"):
        if company.domain and not why_worthless(company.domain):
            continue
        companies.filter(pk=company.pk).update(verified_by="", verified_at=None)
        company.listings.update(changed_at=now)  # the search index has the badge
        claims.create(
            company=company, field="domain", value=company.domain, decided_at=now, outcome="dropped"
        )


def name_domains(apps):
    for company in apps.get_model("listings", "Company").objects.exclude(verified_by=""):
        if company.domain and not why_worthless(company.domain):
            company.verified_domain = company.domain
            company.save(update_fields=["verified_domain"])


def prove_by_mailbox(apps):
    proven = apps.get_model("account", "EmailAddress").objects.filter(verified=True)
    mailboxes = {email.lower() for email in proven.values_list("email", flat=True)}
    memberships = apps.get_model("listings", "Membership").objects
    for member in memberships.select_related("company", "user"):
        is_proven = member.user.email in mailboxes
        if is_proven and proven_by_mailbox(member.user.email, member.company.domain):
            member.proof, member.proven_at = "domain", timezone.now()
            member.save(update_fields=["proof", "proven_at"])


def prove_by_editors(apps):
    memberships = apps.get_model("listings", "Membership").objects
    companies = apps.get_model("listings", "Company").objects.filter(verified_by="admin")
    owners = Count("memberships", filter=Q(memberships__part="owner"))
    for company in companies.annotate(owners=owners).filter(owners=1):
        sole = memberships.filter(company=company, part="owner", proof="")
        sole.update(proof="admin", proven_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ('listings', '0014_held_changes'),
        ('account', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='verified_domain',
            field=models.CharField(blank=True, db_default='', default='', help_text='What was proven, and what the badge names. An editor’s word may be of none.', max_length=253),
        ),
        migrations.AddField(
            model_name='membership',
            name='proof',
            field=models.CharField(blank=True, choices=[('', 'Nothing yet'), ('domain', 'The company’s domain'), ('admin', 'An editor’s word')], db_default='', default='', max_length=6),
        ),
        migrations.AddField(
            model_name='membership',
            name='proven_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='company',
            name='verified_by',
            field=models.CharField(blank=True, choices=[('email', 'email to its domain'), ('dns', 'a DNS record of its domain'), ('site', 'a line on its website'), ('admin', 'our editors')], max_length=5),
        ),
        migrations.CreateModel(
            name='CompanyClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('name', 'Name'), ('website', 'Website'), ('domain', 'Domain'), ('logo', 'Logo')], max_length=7)),
                ('value', models.CharField(blank=True, max_length=253)),
                ('picture', models.BinaryField(help_text='Of a logo: WebP that we encoded.', null=True)),
                ('width', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('height', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Waits for review'), ('approved', 'Approved'), ('refused', 'Refused'), ('replaced', 'Replaced by a newer one'), ('dropped', 'Badge dropped, members to be told'), ('told', 'Badge dropped')], default='', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='listings.company')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('company'), models.F('field'), models.F('by'), condition=models.Q(('outcome', '')), name='claims_once')],
            },
        ),
        migrations.AddField(
            model_name='listing',
            name='client_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='listing',
            name='for_client',
            field=models.BooleanField(db_default=False, default=False, verbose_name='for a client'),
        ),
        migrations.CreateModel(
            name='CompanyMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moved', models.JSONField(help_text='IDs of what was moved, and the members that were in both.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='listings.company')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='listings.company')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(models.F('company'), condition=models.Q(('undone_at', None)), name='merged_into_one_at_a_time')],
            },
        ),
        migrations.AddField(
            model_name='company',
            name='careers_seen_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When its own website was seen to link to the board that its jobs come from.', null=True),
        ),
        migrations.AddField(
            model_name='company',
            name='website_looked_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='FormerMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_members', to='listings.company')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('company'), models.F('user'), name='removed_once')],
            },
        ),
        migrations.RunPython(keep_what_was_shown, migrations.RunPython.noop),
    ]
