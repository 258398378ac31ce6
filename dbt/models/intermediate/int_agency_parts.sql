-- What of the division each report's agency is: its township or zone, and its organ as printed.
with

names as (
    select * from {{ ref('int_agency_regions') }}
),

split as (
    select
        *,
        -- 人民.府: one letter of it may be misread
        nullif(
            regexp_extract(
                rest,
                '^(?:人民政府)?(.{1,7}?(?:民族乡|镇|乡|街道|苏木))'
                || '(?:人民.府|.民政府|政府|办事处|党政|党工委|便民|综合|财政所|$)', 1
            ), ''
        ) as township,
        nullif(
            regexp_extract(
                rest,
                '^(.{0,14}?(?:开发区|高新区|经开区|工业区|园区|示范区|新区|保税区|度假区|风景名胜区|风景区|试验区|合作区|管理区|林区))'
                || '(?:.|$)', 1
            ), ''
        ) as zone
    from names
)

select
    report_id,
    coalesce(lineage_code, site) as place,
    -- 城关回族镇 is 城关镇
    regexp_replace(
        township, '^(.{2,}?)(?:回|满|蒙古|苗|土家|彝|壮|侗|瑶|畲|藏|布依|白|傣|朝鲜|哈萨克)族(?:镇|乡)$', '\1镇'
    ) as township,
    case when township is null then zone end as zone,
    -- a division's bare name stands for its government
    coalesce(
        nullif(
            regexp_replace(
                substr(rest, strpos(rest, coalesce(township, zone, '')) + length(coalesce(township, zone, ''))),
                '^人民.府$', '人民政府'
            ), ''
        ), '人民政府'
    ) as organ
from split
